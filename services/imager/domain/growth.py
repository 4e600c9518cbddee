"""The growth curve: which share of a star's light is in each circle, over the field."""

from dataclasses import dataclass

import numpy as np

from services.imager.domain.aperture import mad
from shared.kernel.arrays import BoolArray, FloatArray

__all__ = ["Growth", "growth_of"]

_CLIP = 3.5
_ROUNDS = 5
_FEWEST = 4
_FEWEST_OF_A_PLANE = 25
_SHARPEST = 1e-4


@dataclass(frozen=True)
class Growth:
    """Shares of light in circles, as polynomials over the image.

    Attributes
    ----------
    terms
        Of the logarithm of the share, for 1, x, y and r² in half sides from the
        middle; shape (radii, 4), the last row 0.
    scatter
        Relative scatter that stars have about it, beyond their noise; shape (radii,).
    size
        Width and height of the image [px].
    stars
        From how many stars.
    """

    terms: FloatArray
    scatter: FloatArray
    size: tuple[int, int]
    stars: int

    @property
    def circle(self) -> int | None:
        """The one circle that all are measured in, where no star tells a curve."""
        return None if self.stars else len(self.terms) // 2

    def share(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the share of light in each circle at places, shape (radii, n)."""
        share: FloatArray = np.exp(self.terms @ _place(x, y, self.size).T)
        return share


def _place(x: FloatArray, y: FloatArray, size: tuple[int, int]) -> FloatArray:
    half = max(size) / 2
    east, up = (x - size[0] / 2) / half, (y - size[1] / 2) / half
    return np.column_stack([np.ones(len(x)), east, up, east**2 + up**2])


def growth_of(
    places: tuple[FloatArray, FloatArray],
    light: FloatArray,
    error: FloatArray,
    good: BoolArray,
    size: tuple[int, int],
) -> Growth:
    """Return the growth curve that good stars show, relative to the largest circle.

    Parameters
    ----------
    places
        x and y [px], shape (n,).
    light, error
        In circles, shape (radii, n) [ADU].
    good
        Which stars may tell it: bright, alone, unsaturated.
    size
        Of the image [px].
    """
    count = int(np.count_nonzero(good))
    radii = len(light)
    terms, scatter = np.zeros((radii, 4)), np.zeros(radii)
    if count < _FEWEST:
        return Growth(terms, scatter, size, 0)
    place = _place(places[0][good], places[1][good], size)
    if count < _FEWEST_OF_A_PLANE:
        place = place[:, :1]
    whole, whole_error = light[-1, good], error[-1, good]
    for circle in range(radii - 1):
        share = np.log(light[circle, good] / whole)
        found, spread = _fitted(place, share)
        own = (whole_error / whole) ** 2 - (
            error[circle, good] / light[circle, good]
        ) ** 2
        terms[circle, : len(found)] = found
        scatter[circle] = np.sqrt(max(0.0, spread**2 - float(np.median(own))))
    return Growth(terms, scatter, size, count)


def _fitted(place: FloatArray, share: FloatArray) -> tuple[FloatArray, float]:
    """Return the polynomial of shares and their scatter, those apart left out."""
    kept = np.ones(len(share), dtype=bool)
    terms: FloatArray = np.zeros(place.shape[1])
    spread = 0.0
    for _ in range(_ROUNDS):
        found = np.linalg.lstsq(place[kept], share[kept], rcond=None)
        terms = np.asarray(found[0], dtype=np.float64)
        left = share - place @ terms
        spread = max(mad(left[kept]), _SHARPEST)
        kept = np.abs(left - np.median(left[kept])) < _CLIP * spread
    return terms, spread
