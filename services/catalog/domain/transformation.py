"""Bands that a survey did not measure, made from those it did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial import Polynomial

from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import FloatArray

__all__ = ["Transformation", "transformed"]


@dataclass(frozen=True)
class Transformation:
    """magnitude = base + polynomial(colour), inside a range of colours.

    Attributes
    ----------
    base
        Band it starts from.
    colour
        The two bands whose difference is the colour.
    coefficients
        Of the polynomial [mag], the constant first.
    valid
        Least and largest colour [mag]; no magnitude is made outside.
    scatter
        Of real stars about the formula [mag].
    source
        Who published it.
    """

    base: str
    colour: tuple[str, str]
    coefficients: tuple[float, ...]
    valid: tuple[float, float]
    scatter: float
    source: str

    @property
    def needs(self) -> set[str]:
        """The bands it is made from."""
        return {self.base, *self.colour}

    def magnitude(self, mag: Mapping[str, FloatArray]) -> FloatArray:
        """Return magnitudes [mag], NaN outside the range of colours, shape (n,)."""
        colour = mag[self.colour[0]] - mag[self.colour[1]]
        inside = (colour >= self.valid[0]) & (colour <= self.valid[1])
        made = mag[self.base] + Polynomial(self.coefficients)(colour)
        return np.where(inside, made, np.nan)

    def error(
        self, mag: Mapping[str, FloatArray], mag_err: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Return the errors [mag] that the bands' own errors leave, shape (n,)."""
        colour = mag[self.colour[0]] - mag[self.colour[1]]
        slope = Polynomial(self.coefficients).deriv()(colour)
        share = dict.fromkeys(self.needs, np.zeros_like(colour))
        share[self.base] = share[self.base] + 1
        share[self.colour[0]] = share[self.colour[0]] + slope
        share[self.colour[1]] = share[self.colour[1]] - slope
        total = sum((part * mag_err[band]) ** 2 for band, part in share.items())
        error: FloatArray = np.sqrt(total)
        return error


def transformed(
    stars: ReferenceStars, formulae: Mapping[str, Transformation]
) -> ReferenceStars:
    """Return stars with the bands that can be made, besides those they have."""
    possible = {
        band: formula
        for band, formula in formulae.items()
        if band not in stars.mag and formula.needs <= stars.mag.keys()
    }
    if not possible:
        return stars
    mag, err = dict(stars.mag), dict(stars.mag_err)
    for band, formula in possible.items():
        mag[band] = formula.magnitude(stars.mag)
        err[band] = formula.error(stars.mag, stars.mag_err)
    return replace(stars, mag=mag, mag_err=err, made=frozenset(possible))
