"""HEALPix indices (nested): stars near on the sky are near in the index."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.catalog.domain.cone import Cone
from shared.kernel.later import later
from shared.kernel.sphere import separation, unit_vectors

__all__ = [
    "ORDER_OF_TILES",
    "TILES",
    "cone_around",
    "cone_ranges",
    "few_ranges",
    "pixel",
    "shared_cone",
    "tile_at",
    "tiles_of",
]

ORDER_OF_TILES = 7
TILES = 12 * 4**ORDER_OF_TILES
"""How many there are on the sky."""

nested, coordinates = later("cdshealpix.nested"), later("astropy.coordinates")

_ORDER = 12
_ORDER_OF_CENTRES = 9
_ORDER_OF_RANGES = 10
_RADIUS_STEP = 0.1
_POINT = 1e-9


def pixel(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the pixel of each position [deg], shape (n,); 0.86 arcmin wide."""
    return _index(ra, dec, _ORDER)


def _index(ra: ArrayLike, dec: ArrayLike, order: int) -> NDArray[np.int64]:
    place = coordinates.Longitude(ra, "deg"), coordinates.Latitude(dec, "deg")
    index = nested.lonlat_to_healpix(*place, order)
    return np.asarray(index, dtype=np.int64)


def _one_index(ra: float, dec: float, order: int) -> int:
    """Return a pixel that a place is in: no threads begin, as they do for many."""
    place = coordinates.Longitude(ra, "deg"), coordinates.Latitude(dec, "deg")
    index, _, _ = nested.cone_search(*place, coordinates.Angle(_POINT, "deg"), order)
    return int(index[0])


@lru_cache(maxsize=256)
def _centre(index: int, order: int) -> tuple[float, float]:
    lon, lat = nested.healpix_to_lonlat(np.array([index]), order)
    return float(lon.deg[0]), float(lat.deg[0])


def cone_ranges(cone: Cone) -> NDArray[np.int64]:
    """Return [first, past) pixel ranges, shape (m, 2), that cover a cone."""
    return _ranges(cone, _ORDER)


def _ranges(cone: Cone, order: int) -> NDArray[np.int64]:
    index, depth, _ = nested.cone_search(
        coordinates.Longitude(cone.ra, "deg"),
        coordinates.Latitude(cone.dec, "deg"),
        coordinates.Angle(cone.radius, "deg"),
        order,
    )
    bits = 2 * (order - depth.astype(np.int64))
    first = index.astype(np.int64) << bits
    past = (index.astype(np.int64) + 1) << bits
    gaps = np.flatnonzero(first[1:] != past[:-1])
    starts, ends = np.r_[0, gaps + 1], np.r_[gaps, len(first) - 1]
    return np.stack([first[starts], past[ends]], axis=1)


def few_ranges(cone: Cone, *, order: int) -> NDArray[np.int64]:
    """Return few [first, past) pixel ranges of an order that cover a cone."""
    ranges = _ranges(cone, _ORDER_OF_RANGES)
    steps = order - _ORDER_OF_RANGES
    return ranges << (2 * steps) if steps >= 0 else _coarser(ranges, -2 * steps)


def _coarser(ranges: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    first, past = ranges[:, 0] >> bits, ((ranges[:, 1] - 1) >> bits) + 1
    return np.stack([first, past], axis=1)


@lru_cache(maxsize=256)
def tiles_of(cone: Cone) -> tuple[int, ...]:
    """Return the tiles, 0.46 degrees wide, that a cone touches."""
    spans = _ranges(cone, ORDER_OF_TILES).tolist()
    return tuple(tile for first, past in spans for tile in range(first, past))


def tile_at(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the tile of each position [deg], shape (n,)."""
    return _index(ra, dec, ORDER_OF_TILES)


def cone_around(tile: int) -> Cone:
    """Return a cone that holds a tile."""
    return Cone(*_centre(tile, ORDER_OF_TILES), _reach(ORDER_OF_TILES))


def _reach(order: int) -> float:
    """Return how far from its centre a pixel of an order reaches at most [deg].

    The pixel is the one at the edge of the polar cap: from its centre at z = 2/3 to its
    corner (Górski et al. 2005, ApJ 622, 759, §5.3).
    """
    side: int = 2**order
    corner = math.degrees(math.asin(1 - (1 - 1 / side) ** 2 / 3))
    centre = unit_vectors(45 / side, math.degrees(math.asin(2 / 3)))
    return float(separation(0.0, corner, centre))


def shared_cone(cone: Cone) -> Cone:
    """Return a somewhat larger cone that many neighbouring cones share.

    Its centre is a HEALPix centre and its radius a multiple of 0.1 degrees, so the
    frames of one night ask for the same cone.
    """
    near = _one_index(cone.ra, cone.dec, _ORDER_OF_CENTRES)
    centre_ra, centre_dec = _centre(near, _ORDER_OF_CENTRES)
    shift = float(separation(cone.ra, cone.dec, unit_vectors(centre_ra, centre_dec)))
    steps = math.ceil((cone.radius + shift) / _RADIUS_STEP)
    return Cone(centre_ra, centre_dec, steps * _RADIUS_STEP)
