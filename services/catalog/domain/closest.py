"""The nearest stars of places, out of all that are near them."""

from collections.abc import Sequence

import numpy as np

from services.catalog.domain.grid import Closest, Grid
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.median import median

__all__ = ["closest", "settled"]


def closest(
    grids: Sequence[Grid], places: FloatArray, limit: float, most: int
) -> list[Closest | None]:
    """Return the nearest star of each grid within a chord of unit vectors, (n, 3).

    ``None`` where more than so many pairs would have to be looked at.
    """
    return [_closest(grid, places, limit, most) for grid in grids]


def _closest(grid: Grid, places: FloatArray, limit: float, most: int) -> Closest | None:
    near = grid.within(places, limit, most)
    if near is None:
        return None
    of_place = np.full(len(places), np.inf)
    of_star = np.full(len(grid.order), np.inf)
    np.minimum.at(of_place, near.place, near.squared)
    np.minimum.at(of_star, near.star, near.squared)
    best = near.chosen(near.squared == of_place[near.place])
    star = np.full(len(places), -1, dtype=np.intp)
    star[best.place[::-1]] = best.star[::-1]  # of equally near ones the first
    vectors = np.empty_like(grid.vectors)
    vectors[grid.order] = grid.vectors
    return settled(places, vectors, star, of_place, of_star)


def settled(
    places: FloatArray,
    vectors: FloatArray,
    star: IndexArray,
    of_place: FloatArray,
    of_star: FloatArray,
) -> Closest:
    """Return the nearest stars with those that have no nearer place.

    Parameters
    ----------
    places, vectors
        Unit vectors of places and stars, shape (n, 3) and (m, 3).
    star
        The nearest to each place, or −1, shape (n,).
    of_place, of_star
        Squared chords to the nearest of the other kind, shape (n,) and (m,).
    """
    is_mutual = _mutual(star, of_place, of_star)
    pairs = np.flatnonzero(is_mutual)
    offset = _offset(places[pairs], vectors[star[pairs]])
    return Closest(star, of_place, is_mutual, offset)


def _offset(places: FloatArray, stars: FloatArray) -> tuple[float, float]:
    """Return how far places are east and north of their stars [rad], the medians.

    The sines of the differences in right ascension, times cos(Dec), and in
    declination; 0 without any.
    """
    if not len(places):
        return 0.0, 0.0
    x, y, z = stars.T
    around, here = np.hypot(x, y), np.hypot(places[:, 0], places[:, 1])
    cross = x * places[:, 1] - y * places[:, 0]
    east = cross / np.maximum(around, np.finfo(float).tiny)
    north = places[:, 2] * around - z * here
    return median(east), median(north)


def _mutual(star: IndexArray, of_place: FloatArray, of_star: FloatArray) -> BoolArray:
    """Return which places are the nearest to the star nearest to them."""
    near = np.flatnonzero(star >= 0)
    best = near[of_place[near] == of_star[star[near]]]
    last = np.full(len(of_star), -1, dtype=np.intp)
    last[star[best]] = best  # of equally near ones the last
    mutual = np.zeros(len(star), dtype=bool)
    mutual[last[last >= 0]] = True
    return mutual
