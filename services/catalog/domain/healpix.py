"""HEALPix indices (nested): stars near on the sky are near in the index."""

import hpgeom
import numpy as np
from numpy.typing import NDArray

__all__ = ["cone_ranges", "pixel"]

_NSIDE = 4096


def pixel(
    ra: NDArray[np.float64], dec: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the pixel of each position [deg], shape (n,); 0.86 arcmin wide."""
    index: NDArray[np.int64] = hpgeom.angle_to_pixel(_NSIDE, ra, dec)
    return index


def cone_ranges(ra: float, dec: float, radius: float) -> NDArray[np.int64]:
    """Return [first, past) pixel ranges, shape (m, 2), that cover a cone [deg]."""
    ranges: NDArray[np.int64] = hpgeom.query_circle(
        _NSIDE, ra, dec, radius, inclusive=True, return_pixel_ranges=True
    )
    return ranges
