"""What a star looks like on this image, and whether the target looks like one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import shift

from services.imager.domain.sky import Ground
from shared.kernel.arrays import BoolArray, FloatArray

__all__ = ["Likeness", "Profile", "likeness", "profile_of"]

_HALF = 2.0
_CORE = 1.5
_MOST = 40
_FEWEST = 4
_FREE = 4
_FEWEST_PIXELS = 9


@dataclass(frozen=True)
class Profile:
    """The light of a star whose whole light is 1.

    Attributes
    ----------
    light
        Shape (2 h + 1, 2 h + 1), its middle in the middle of the central pixel.
    scatter
        Of each pixel, from star to star.
    """

    light: FloatArray
    scatter: FloatArray

    @property
    def half(self) -> int:
        """From the middle to the edge [px]."""
        return len(self.light) // 2


@dataclass(frozen=True)
class Likeness:
    """How the target's light differs from a star's.

    Attributes
    ----------
    chi2
        Of its pixels about the profile and a plane, per degree of freedom: 1 of a star.
    asymmetry
        The same of the difference between its light and that turned by 180 deg.
    flux
        Of the profile that fits best, with a plane of light below it [ADU].
    """

    chi2: float
    asymmetry: float
    flux: float


def profile_of(
    ground: Ground, x: FloatArray, y: FloatArray, flux: FloatArray, hfd: float
) -> Profile | None:
    """Return the mean profile of good stars; nothing of too few.

    Parameters
    ----------
    x, y
        Where they are [px], the best first, shape (n,).
    flux
        Their whole light [ADU].
    hfd
        Their half-flux diameter [px].
    """
    half = int(np.ceil(_HALF * hfd))
    stamps = [
        _moved(stamp, column - round(column), row - round(row), -1) / light
        for column, row, light in list(zip(x, y, flux, strict=True))[:_MOST]
        if (stamp := _stamp(ground, column, row, half)) is not None
    ]
    if len(stamps) < _FEWEST:
        return None
    every = np.array(stamps)
    middle = np.median(every, axis=0)
    scatter = 1.4826 * np.median(np.abs(every - middle), axis=0)
    return Profile(middle, scatter)


def _stamp(ground: Ground, x: float, y: float, half: int) -> FloatArray | None:
    """Return the pixels around a place, where all of them are on the image."""
    height, width = ground.light.shape
    column, row = round(x), round(y)
    if not (half <= column < width - half and half <= row < height - half):
        return None
    cut = np.s_[row - half : row + half + 1, column - half : column + half + 1]
    return ground.light[cut].astype(np.float64)


def _moved(stamp: FloatArray, x: float, y: float, way: int) -> FloatArray:
    moved: FloatArray = shift(stamp, (way * y, way * x), order=3, mode="nearest")
    return moved


def likeness(
    ground: Ground,
    place: tuple[float, float],
    profile: Profile,
    hfd: float,
    gain: float | None,
) -> Likeness | None:
    """Return how light at a place [px] differs from a star's; nothing of few pixels.

    The profile and a plane are fitted to the pixels within 1.5 half-flux diameters:
    smooth light below the star goes into the plane.
    """
    x, y = place
    half = profile.half
    stamp = _stamp(ground, x, y, half)
    if stamp is None:
        return None
    noise = _around(ground.noise, x, y, half)
    away = np.arange(-half, half + 1)
    columns, rows = np.meshgrid(away - (x - round(x)), away - (y - round(y)))
    core = (np.hypot(columns, rows) < _CORE * hfd) & ~_around_marks(
        ground.unusable, x, y, half
    )
    if np.count_nonzero(core) < _FEWEST_PIXELS:
        return None
    star = _moved(profile.light, x - round(x), y - round(y), 1)
    design = np.stack([star, np.ones_like(star), columns, rows])[:, core]
    flux, chi2 = _fitted(design, stamp[core], noise[core], profile.scatter[core], gain)
    turned = _moved(stamp, x - round(x), y - round(y), -1)
    apart = (turned - turned[::-1, ::-1])[core]
    doubt = 2 * (noise[core] ** 2 + _own(star[core] * max(flux, 0.0), gain))
    return Likeness(chi2, float(np.mean(apart**2 / doubt)), flux)


def _fitted(
    design: FloatArray,
    pixels: FloatArray,
    noise: FloatArray,
    scatter: FloatArray,
    gain: float | None,
) -> tuple[float, float]:
    """Return flux and reduced χ² of a fit, weighted by what the fit itself expects."""
    variance = noise**2
    terms: FloatArray = np.zeros(_FREE)
    for _ in range(3):
        weight = 1 / np.sqrt(variance)
        found = np.linalg.lstsq((design * weight).T, pixels * weight, rcond=None)
        terms = np.asarray(found[0], dtype=np.float64)
        light = max(float(terms[0]), 0.0)
        variance = noise**2 + _own(design[0] * light, gain) + (scatter * light) ** 2
    left = pixels - terms @ design
    freedom = max(len(pixels) - _FREE, 1)
    return float(terms[0]), float(np.sum(left**2 / variance) / freedom)


def _own(light: FloatArray, gain: float | None) -> FloatArray:
    return np.maximum(light, 0) / gain if gain else np.zeros_like(light)


def _around(pixels: NDArray[Any], x: float, y: float, half: int) -> FloatArray:
    column, row = round(x), round(y)
    cut = np.s_[row - half : row + half + 1, column - half : column + half + 1]
    return np.asarray(pixels[cut], dtype=np.float64)


def _around_marks(pixels: BoolArray, x: float, y: float, half: int) -> BoolArray:
    return _around(pixels, x, y, half) > 0
