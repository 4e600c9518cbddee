"""The target, measured at its known place whether it was detected or not."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import sep
from numpy.typing import NDArray

from services.imager.domain.aperture import circled, empty_sky
from services.imager.domain.detect import FWHM_OF_SIGMA, HFD_OF_FWHM, Sources
from services.imager.domain.noise import Noise
from services.imager.domain.photometry import Photometry
from services.imager.domain.profile import Likeness, likeness, profile_of
from services.imager.domain.sky import Ground
from shared.kernel.arrays import FloatArray
from shared.kernel.quality import Quality

__all__ = ["Forced", "forced_at"]

_INNER, _OUTER = 3.5, 5.5
_FEWEST_OF_AN_ANNULUS = 30
_MOST_EMPTY = 150
_REACH = 100.0
_LIMIT = 3.0
_SURELY = 3.0
_STRANGE = 2.5
_SEEN = 0.03
_CENTRE = 0.6
_BRIGHT = 10.0
_BESIDE = 1.6
"""The plane below the profile takes only so much of a round galaxy's light."""


@dataclass(frozen=True)
class Forced:
    """The target's light.

    Attributes
    ----------
    x, y
        Where it was measured [px].
    flux, error
        Whole light and its error, photons' own included [ADU].
    sigma
        Error of no light at all [ADU].
    radius
        Of the circle [px].
    masked
        Which part of it has no usable pixels.
    quality
        What is against it, a sum of ``Quality``.
    likeness
        How it differs from a star; nothing where that cannot be told.
    """

    x: float
    y: float
    flux: float
    error: float
    sigma: float
    radius: float
    masked: float
    quality: int
    likeness: Likeness | None

    @property
    def snr(self) -> float:
        """Signal over the noise of an empty sky."""
        return self.flux / self.sigma

    @property
    def is_light(self) -> bool:
        """Whether it is a star's light: above the noise, and not mostly another's."""
        return self.snr >= _SURELY and self.strange_light < self.flux / 2

    @property
    def limit(self) -> float:
        """Light above which a star would have been seen, at 3 sigma [ADU].

        Of a detection: what an empty place there would have told.
        """
        own = 0.0 if self.is_light else max(self.flux, 0.0)
        return own + _LIMIT * self.sigma

    @property
    def strange_light(self) -> float:
        """Light in the circle that is no star's [ADU]: as much may be too much.

        It is 0 where the target looks like a star.
        """
        if self.likeness is None or self.snr < _SURELY:
            return 0.0
        beside = self.flux - self.likeness.flux
        unlike = max(self.likeness.chi2, self.likeness.asymmetry) > _STRANGE
        unlike &= beside > self.error
        surely = beside > _SURELY * self.error and beside > _SEEN * self.flux
        return _BESIDE * max(beside, 0.0) if unlike or surely else 0.0


def forced_at(
    place: tuple[float, float],
    ground: Ground,
    sources: Sources,
    stars: Photometry,
    noise: Noise,
) -> Forced:
    """Return the light at a place [px], less that of an annulus around it.

    The circle is the one in which a faint star's signal is best. Its error is the
    scatter of empty circles near by and the annulus's own.
    """
    x, y = np.array(place[:1]), np.array(place[1:])
    empty = empty_sky(ground, sources, stars.radii, _MOST_EMPTY, (*place, _REACH))
    share = stars.growth.share(x, y)[:, 0]
    best = stars.growth.circle
    if best is None:
        best = int(np.argmin(empty.sigma / share))
    radius = float(stars.radii[best])
    base, doubt = _annulus(place, ground, sources, noise)
    area = math.pi * radius**2
    light = float(circled(ground, x, y, stars.radii[best : best + 1]).light[0, 0])
    flux = (light - base * area) / share[best]
    sigma = math.hypot(float(empty.sigma[best]), doubt * area) / share[best]
    own = max(flux, 0.0) / noise.gain if noise.gain else 0.0
    tied = flux * float(stars.growth.scatter[best])
    error = math.sqrt(sigma**2 + own + tied**2)
    quality, masked = _quality(place, ground, radius, sources.hfd)
    where = _centred(place, ground, sources.hfd) if flux > _BRIGHT * sigma else place
    alike = _likeness(where, ground, stars, sources.hfd, noise.gain)
    return Forced(
        place[0],
        place[1],
        float(flux),
        error,
        float(sigma),
        radius,
        masked,
        quality,
        alike,
    )


def _centred(
    place: tuple[float, float], ground: Ground, hfd: float
) -> tuple[float, float]:
    """Return where the light at a place has its middle [px], if that is near."""
    sigma = np.array([hfd / HFD_OF_FWHM / FWHM_OF_SIGMA])
    x, y, flag = sep.winpos(
        ground.light, *np.array(place)[:, None], sigma, mask=ground.unusable
    )
    near = math.hypot(float(x[0]) - place[0], float(y[0]) - place[1]) < hfd / 2
    return (float(x[0]), float(y[0])) if near and not flag[0] else place


def _likeness(
    place: tuple[float, float],
    ground: Ground,
    stars: Photometry,
    hfd: float,
    gain: float | None,
) -> Likeness | None:
    good = np.flatnonzero(stars.good)
    good = good[np.argsort(-stars.flux[good])]
    profile = profile_of(ground, stars.x[good], stars.y[good], stars.flux[good], hfd)
    return None if profile is None else likeness(ground, place, profile, hfd, gain)


def _annulus(
    place: tuple[float, float], ground: Ground, sources: Sources, noise: Noise
) -> tuple[float, float]:
    """Return the light of a pixel of empty sky around a place, and its error [ADU]."""
    outer = math.ceil(_OUTER * sources.hfd)
    pixels, away = _ring(place, ground.light, outer)
    taken, _ = _ring(place, (sources.segments > 0) | ground.unusable, outer)
    ring = (away > _INNER * sources.hfd) & (away < _OUTER * sources.hfd) & (taken == 0)
    inside = pixels[ring]
    if len(inside) < _FEWEST_OF_AN_ANNULUS:
        return 0.0, 0.0
    scatter = ground.sigma * max(1.0, noise.ratio)
    return float(np.median(inside)), 1.2533 * scatter / math.sqrt(len(inside))


def _ring(
    place: tuple[float, float], pixels: NDArray[Any], reach: int
) -> tuple[FloatArray, FloatArray]:
    """Return the pixels around a place and how far each is [px]."""
    height, width = pixels.shape
    column, row = round(place[0]), round(place[1])
    rows = np.arange(max(0, row - reach), min(height, row + reach + 1))
    columns = np.arange(max(0, column - reach), min(width, column + reach + 1))
    away = np.hypot(columns[None, :] - place[0], rows[:, None] - place[1])
    return np.asarray(pixels[np.ix_(rows, columns)], dtype=np.float64), away


def _quality(
    place: tuple[float, float], ground: Ground, radius: float, hfd: float
) -> tuple[int, float]:
    """Return what is against a place, and which part of its circle is not usable."""
    marks = Quality(0)
    height, width = ground.light.shape
    x, y = place
    if min(x, y, width - 1 - x, height - 1 - y) < radius:
        marks |= Quality.CUT_OFF
    inside, away = _ring(place, ground.full, math.ceil(_CENTRE * hfd) + 1)
    if inside[away <= _CENTRE * hfd].any():
        marks |= Quality.SATURATED
    inside, away = _ring(place, ground.unusable, math.ceil(radius) + 1)
    within = inside[away <= radius]
    if within.any():
        marks |= Quality.BAD_PIXELS
    return int(marks), float(within.mean()) if len(within) else 1.0
