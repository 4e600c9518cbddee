"""Light in circles, and what a circle of empty sky scatters by."""

from dataclasses import dataclass

import numpy as np
import sep
from numpy.typing import NDArray

from services.imager.domain.detect import Sources
from services.imager.domain.pixels import PixelArray
from services.imager.domain.sky import Ground
from shared.kernel.arrays import FloatArray

__all__ = ["Circles", "Empty", "circled", "empty_sky", "mad", "radii_of"]

_RELATIVE = (0.6, 0.7, 0.85, 1.0, 1.3, 1.7)
_UNDERSAMPLED = 3.0
_LEAST_UNDERSAMPLED = 0.85
_CLEAR = 1.3
_RIM = 2.0
_FEWEST = 20
_LEAST_RATIO = 0.8
"""Sky that scatters less than its pixels do is none: an empty part of a mosaic."""
_SEED = 1


def mad(values: FloatArray) -> float:
    """Return the sigma of a normal distribution with the same absolute deviations."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def radii_of(hfd: float) -> FloatArray:
    """Return the radii [px] of the circles that stars of a size are measured in.

    Where stars are undersampled, small circles lose light to the pixels' edges.
    """
    least = _LEAST_UNDERSAMPLED if hfd < _UNDERSAMPLED else _RELATIVE[0]
    return hfd * np.array([one for one in _RELATIVE if one >= least])


@dataclass(frozen=True)
class Circles:
    """Light in circles of several radii around places.

    Attributes
    ----------
    light
        [ADU], shape (radii, n).
    flag
        What sep says against the largest, shape (n,).
    """

    light: FloatArray
    flag: NDArray[np.intp]


def circled(ground: Ground, x: FloatArray, y: FloatArray, radii: FloatArray) -> Circles:
    """Return the light in circles around places [px], to the fraction of a pixel."""
    light, flag = [], np.zeros(len(x), dtype=np.intp)
    for radius in radii:
        within, _, flags = sep.sum_circle(
            ground.light, x, y, float(radius), mask=ground.unusable, subpix=0
        )
        light.append(within)
        flag = np.asarray(flags, dtype=np.intp)
    return Circles(np.array(light).reshape(len(radii), len(x)), flag)


@dataclass(frozen=True)
class Empty:
    """Circles of empty sky.

    Attributes
    ----------
    sigma
        Their scatter for each radius [ADU], shape (radii,).
    ratio
        That over what the noise of single pixels makes, shape (radii,): above 1 the
        noise of neighbours is alike, as in a stack.
    count
        How many there were.
    """

    sigma: FloatArray
    ratio: FloatArray
    count: int


def empty_sky(
    ground: Ground,
    sources: Sources,
    radii: FloatArray,
    most: int,
    around: tuple[float, float, float] | None = None,
) -> Empty:
    """Return the scatter of circles in which nothing was found.

    Parameters
    ----------
    radii
        Of the circles [px].
    most
        How many circles.
    around
        Only about a place: x, y and the reach [px]; ``None``: all over the image.
    """
    x, y = _free_places(ground, sources, float(radii[-1]), most, around)
    if len(x) < _FEWEST:
        alone = np.sqrt(np.pi) * radii * ground.sigma
        return Empty(alone, np.ones(len(radii)), len(x))
    light = circled(ground, x, y, radii).light
    noise = ground.noise[np.rint(y).astype(int), np.rint(x).astype(int)]
    scatter = np.array([mad(within) for within in light])
    of_pixels = np.sqrt(np.pi) * radii * float(np.median(noise))
    scatter = np.maximum(scatter, _LEAST_RATIO * of_pixels)
    return Empty(scatter, scatter / of_pixels, len(x))


def _free_places(
    ground: Ground,
    sources: Sources,
    radius: float,
    most: int,
    around: tuple[float, float, float] | None,
) -> tuple[FloatArray, FloatArray]:
    height, width = ground.light.shape
    rng = np.random.default_rng(_SEED)
    rim = _RIM * radius
    low, high = np.array([rim, rim]), np.array([width - rim, height - rim])
    if around is not None:
        place, reach = np.array(around[:2]), around[2]
        low, high = np.maximum(low, place - reach), np.minimum(high, place + reach)
    if (high <= low).any():
        return np.empty(0), np.empty(0)
    x, y = rng.uniform(low, high, (6 * most, 2)).T
    taken = _taken(ground, sources)
    inside, _, flag = sep.sum_circle(taken, x, y, _CLEAR * radius, subpix=1)
    free = (inside == 0) & (flag == 0)
    return x[free][:most], y[free][:most]


def _taken(ground: Ground, sources: Sources) -> PixelArray:
    return ((sources.segments > 0) | ground.unusable).astype(np.float32)
