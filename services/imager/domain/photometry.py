"""The light of every star: each in the circle where its error is least.

Circles are tied to the largest by a growth curve that may vary over the field, so that
all stars are measured in the same light whatever circle they have.
"""

from dataclasses import dataclass

import numpy as np
import sep
from scipy.spatial import cKDTree

from services.imager.domain.aperture import Circles, circled, radii_of
from services.imager.domain.detect import Sources
from services.imager.domain.growth import Growth, growth_of
from services.imager.domain.noise import Noise
from services.imager.domain.sky import Ground
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.quality import Quality

__all__ = ["Photometry", "photometry_of"]

_BRIGHT = 60.0
_FAINTEST = 3.0
_BROAD = 1.5
_NEIGHBOUR = 0.02
_REACH = 2.2
_TELLING = 2
_REASONS = ("hot pixels and cosmic rays", "too faint")


@dataclass(frozen=True)
class Photometry:
    """The stars of an image, arrays of shape (n,).

    Attributes
    ----------
    x, y
        Where [px].
    flux, error
        Whole light and its error [ADU].
    quality
        What is against each, sums of ``Quality``.
    good
        Which tell the growth curve: bright, alone, unsaturated.
    growth
        The growth curve, for circles of ``radii`` [px].
    left_x, left_y, left_why
        Sources that are no stars to measure: where [px], and 1 for a hot pixel or a
        cosmic ray, 2 for one that is too faint.
    """

    x: FloatArray
    y: FloatArray
    flux: FloatArray
    error: FloatArray
    quality: IndexArray
    good: BoolArray
    growth: Growth
    radii: FloatArray
    left_x: FloatArray
    left_y: FloatArray
    left_why: IndexArray

    def __len__(self) -> int:
        return len(self.x)

    @property
    def left_out(self) -> dict[str, int]:
        """How many sources are left out, by the reason."""
        counts = (int(np.count_nonzero(self.left_why == why)) for why in (1, 2))
        return dict(zip(_REASONS, counts, strict=True))


def photometry_of(ground: Ground, sources: Sources, noise: Noise) -> Photometry:
    """Return the light of an image's stars."""
    radii = radii_of(sources.hfd)
    circles = circled(ground, sources.x, sources.y, radii)
    error = noise.of(circles.light, _pixel_noise(ground, sources), radii)
    quality = _quality(ground, sources, circles)
    size = ground.light.shape[1], ground.light.shape[0]
    good = _good(circles, error, quality, sources)
    growth = growth_of((sources.x, sources.y), circles.light, error, good, size)
    flux, doubt = _least_error(circles.light, error, growth, sources)
    with np.errstate(invalid="ignore"):
        faint = ~(flux > _FAINTEST * doubt)
    kept = sources.is_star & ~faint
    return Photometry(
        sources.x[kept],
        sources.y[kept],
        flux[kept],
        doubt[kept],
        quality[kept],
        good[kept],
        growth,
        radii,
        sources.x[~kept],
        sources.y[~kept],
        np.where(sources.is_star, 2, 1)[~kept],
    )


def _pixel_noise(ground: Ground, sources: Sources) -> FloatArray:
    height, width = ground.light.shape
    column = np.clip(np.rint(sources.x), 0, width - 1).astype(np.intp)
    row = np.clip(np.rint(sources.y), 0, height - 1).astype(np.intp)
    return np.asarray(ground.noise[row, column], dtype=np.float64)


def _least_error(
    light: FloatArray, error: FloatArray, growth: Growth, sources: Sources
) -> tuple[FloatArray, FloatArray]:
    """Return each star's whole light [ADU] from the circle with the least error."""
    share = growth.share(sources.x, sources.y)
    if growth.circle is not None:
        return light[growth.circle], error[growth.circle]
    whole = light / share
    doubt = np.hypot(error / share, whole * growth.scatter[:, None])
    best = np.argmin(doubt, axis=0)
    every = np.arange(len(best))
    return whole[best, every], doubt[best, every]


def _quality(ground: Ground, sources: Sources, circles: Circles) -> IndexArray:
    marks = np.zeros(len(sources), dtype=np.intp)
    cut = (circles.flag & sep.APER_TRUNC) | (sources.flag & sep.OBJ_TRUNC)
    marks[sources.is_full] |= Quality.SATURATED
    marks[cut > 0] |= Quality.CUT_OFF
    marks[(circles.flag & sep.APER_HASMASKED) > 0] |= Quality.BAD_PIXELS
    marks[_crowded(sources, circles)] |= Quality.CROWDED
    marks[_extended(ground, sources)] |= Quality.EXTENDED
    return marks


def _crowded(sources: Sources, circles: Circles) -> BoolArray:
    """Return who has a neighbour near enough and bright enough to add its light."""
    crowded = np.zeros(len(sources), dtype=bool)
    places = np.column_stack([sources.x, sources.y])
    pairs = cKDTree(places).query_pairs(_REACH * sources.hfd, output_type="ndarray")
    light = np.maximum(circles.light[len(circles.light) // 2], 1e-9)
    for one, other in (pairs.T, pairs.T[::-1]):
        adds = light[other] > _NEIGHBOUR * light[one]
        crowded[one[adds]] = True
    return crowded


def _extended(ground: Ground, sources: Sources) -> BoolArray:
    """Return who is broader than a star by half."""
    if not len(sources):
        return np.zeros(0, dtype=bool)
    reach = np.full(len(sources), 3 * sources.hfd)
    radius, flag = sep.flux_radius(
        ground.light, sources.x, sources.y, reach, 0.5, subpix=1, mask=ground.unusable
    )
    broad: BoolArray = (flag == 0) & (2 * radius > _BROAD * sources.hfd)
    return broad & (sources.flux > _TELLING * np.median(sources.flux))


def _good(
    circles: Circles, error: FloatArray, quality: IndexArray, sources: Sources
) -> BoolArray:
    middle = len(error) // 2
    with np.errstate(invalid="ignore", divide="ignore"):
        bright = circles.light[middle] > _BRIGHT * error[middle]
    good: BoolArray = bright & (quality == 0) & sources.is_star
    return good & (circles.light > 0).all(axis=0)
