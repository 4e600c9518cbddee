"""What an image is like, in numbers."""

from dataclasses import dataclass

import numpy as np
import sep

from services.imager.domain.detect import Sources
from services.imager.domain.photometry import Photometry
from services.imager.domain.sky import Ground
from shared.kernel.arrays import FloatArray

__all__ = ["Part", "elongation_of", "growth_curve", "size_over_field"]

_PARTS = 3
_BRIGHTEST = 200
_MOST = 600


@dataclass(frozen=True)
class Part:
    """A part of the image: its middle [px], the stars' size [px], their number."""

    x: float
    y: float
    hfd: float
    stars: int


def elongation_of(sources: Sources) -> float:
    """Return the median of longer over shorter axis of the brightest stars."""
    stars = np.flatnonzero(sources.is_star)
    bright = stars[np.argsort(-sources.flux[stars])][:_BRIGHTEST]
    return float(np.median(sources.elongation[bright])) if len(bright) else 1.0


def growth_curve(stars: Photometry) -> list[tuple[float, float]]:
    """Return radius [px] and share of light within, in the middle of the image."""
    width, height = stars.growth.size
    share = stars.growth.share(np.array([width / 2]), np.array([height / 2]))[:, 0]
    return list(zip(stars.radii.tolist(), share.tolist(), strict=True))


def size_over_field(ground: Ground, stars: Photometry, hfd: float) -> list[Part]:
    """Return how large the stars are in each of nine parts of the image."""
    good = np.flatnonzero(stars.good)
    if not len(good):
        return []
    good = good[np.argsort(-stars.flux[good])][:_MOST]
    x, y = stars.x[good], stars.y[good]
    radius, flag = sep.flux_radius(
        ground.light,
        x,
        y,
        np.full(len(x), 3 * hfd),
        0.5,
        subpix=5,
        mask=ground.unusable,
    )
    known = (flag == 0) & np.isfinite(radius)
    return list(_parts(ground, x[known], y[known], 2 * radius[known]))


def _parts(
    ground: Ground, x: FloatArray, y: FloatArray, size: FloatArray
) -> list[Part]:
    height, width = ground.light.shape
    column = np.clip(x / width * _PARTS, 0, _PARTS - 1).astype(int)
    row = np.clip(y / height * _PARTS, 0, _PARTS - 1).astype(int)
    found = []
    for i in range(_PARTS):
        for j in range(_PARTS):
            here = (column == i) & (row == j)
            if here.any():
                middle = (i + 0.5) * width / _PARTS, (j + 0.5) * height / _PARTS
                size_here = float(np.median(size[here]))
                found.append(Part(*middle, size_here, int(here.sum())))
    return found
