"""HEALPix indices (nested): stars near on the sky are near in the index."""

import math
from dataclasses import astuple

import hpgeom
import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.cone import Cone
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

_NSIDE_OF_TILES = 2**ORDER_OF_TILES
_NSIDE = 4096
_NSIDE_OF_CENTRES = 512
_NSIDE_OF_RANGES = 1024
_RADIUS_STEP = 0.1


def pixel(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the pixel of each position [deg], shape (n,); 0.86 arcmin wide."""
    index: NDArray[np.int64] = hpgeom.angle_to_pixel(_NSIDE, ra, dec)
    return index


def cone_ranges(cone: Cone) -> NDArray[np.int64]:
    """Return [first, past) pixel ranges, shape (m, 2), that cover a cone."""
    ranges: NDArray[np.int64] = hpgeom.query_circle(
        _NSIDE, *astuple(cone), inclusive=True, return_pixel_ranges=True
    )
    return ranges


def few_ranges(cone: Cone, *, order: int) -> NDArray[np.int64]:
    """Return few [first, past) pixel ranges of an order that cover a cone."""
    ranges: NDArray[np.int64] = hpgeom.query_circle(
        _NSIDE_OF_RANGES, *astuple(cone), inclusive=True, return_pixel_ranges=True
    )
    steps = order - hpgeom.nside_to_order(_NSIDE_OF_RANGES)
    return ranges << (2 * steps) if steps >= 0 else _coarser(ranges, -2 * steps)


def _coarser(ranges: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    first, past = ranges[:, 0] >> bits, ((ranges[:, 1] - 1) >> bits) + 1
    return np.stack([first, past], axis=1)


def tiles_of(cone: Cone) -> NDArray[np.int64]:
    """Return the tiles, 0.46 degrees wide, that a cone touches."""
    tiles: NDArray[np.int64] = hpgeom.query_circle(
        _NSIDE_OF_TILES, *astuple(cone), inclusive=True
    )
    return tiles


def tile_at(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the tile of each position [deg], shape (n,)."""
    tiles: NDArray[np.int64] = hpgeom.angle_to_pixel(_NSIDE_OF_TILES, ra, dec)
    return tiles


def cone_around(tile: int) -> Cone:
    """Return a cone that holds a tile."""
    ra, dec = map(float, hpgeom.pixel_to_angle(_NSIDE_OF_TILES, tile))
    reach = float(hpgeom.max_pixel_radius(_NSIDE_OF_TILES))
    return Cone(ra, dec, reach)


def shared_cone(cone: Cone) -> Cone:
    """Return a somewhat larger cone that many neighbouring cones share.

    Its centre is a HEALPix centre and its radius a multiple of 0.1 degrees, so the
    frames of one night ask for the same cone.
    """
    near = hpgeom.angle_to_pixel(_NSIDE_OF_CENTRES, cone.ra, cone.dec)
    centre_ra, centre_dec = map(float, hpgeom.pixel_to_angle(_NSIDE_OF_CENTRES, near))
    shift = float(separation(cone.ra, cone.dec, unit_vectors(centre_ra, centre_dec)))
    steps = math.ceil((cone.radius + shift) / _RADIUS_STEP)
    return Cone(centre_ra, centre_dec, steps * _RADIUS_STEP)
