"""Stars near places, found through a grid that is laid over a survey's stars once."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from services.catalog.domain.compiled import closest as compiled
from services.catalog.domain.grid import Closest, Grid, Near
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray

__all__ = ["Mutual", "Neighbours"]

_CROWDED = 5_000_000


class Mutual(NamedTuple):
    """Places and stars that are each other's nearest, by their indices, shape (m,).

    ``offset`` is how far east and north of its star a place is [rad], shape (2, m).
    """

    place: IndexArray
    star: IndexArray
    offset: FloatArray


class Neighbours:
    """Stars as unit vectors, shape (n, 3), ready to be found by their places."""

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors = vectors
        self._grid = Grid.over(vectors)

    def within(self, places: FloatArray, limit: float) -> Near | None:
        """Return all stars within a chord of unit vectors, shape (n, 3).

        ``None`` where so many stand together that their pairs should not be listed.
        """
        return self._grid.within(places, limit, _CROWDED)

    def nearest(self, places: FloatArray, limit: float) -> Near:
        """Return the nearest star to each place that has one, in order of place."""
        found = self._closest(places, limit)
        place = np.flatnonzero(found.star >= 0)
        return Near(place, found.star[place], found.squared[place])

    def mutual(self, places: FloatArray, limit: float) -> Mutual:
        """Return places and stars that are each other's nearest, in order of place."""
        found = self._closest(places, limit)
        place = np.flatnonzero(found.is_mutual)
        return Mutual(place, found.star[place], found.offset[:, place])

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self._vectors)

    def _closest(self, places: FloatArray, limit: float) -> Closest:
        closest = compiled or self._in_numpy
        found = closest(self._grid, places, limit, _CROWDED)
        return self._one_by_one(places, limit) if found is None else found

    def _one_by_one(self, places: FloatArray, limit: float) -> Closest:
        """Return the same where stars stand in crowds that a grid does not part."""
        distance, found = map(
            np.asarray, self._tree.query(places, distance_upper_bound=limit)
        )
        star = np.where(found < len(self._vectors), found, -1).astype(np.intp)
        of_star = np.full(len(self._vectors), np.inf)
        np.minimum.at(of_star, star[star >= 0], distance[star >= 0] ** 2)
        return self._told(places, star, distance**2, of_star)

    def _in_numpy(
        self, grid: Grid, places: FloatArray, limit: float, most: int
    ) -> Closest | None:
        near = grid.within(places, limit, most)
        if near is None:
            return None
        of_place, of_star = (
            np.full(len(each), np.inf) for each in (places, grid.order)
        )
        np.minimum.at(of_place, near.place, near.squared)
        np.minimum.at(of_star, near.star, near.squared)
        best = near.chosen(near.squared == of_place[near.place])
        star = np.full(len(places), -1, dtype=np.intp)
        star[best.place[::-1]] = best.star[::-1]  # of equally near ones the first
        return self._told(places, star, of_place, of_star)

    def _told(
        self,
        places: FloatArray,
        star: IndexArray,
        of_place: FloatArray,
        of_star: FloatArray,
    ) -> Closest:
        near = np.flatnonzero(star >= 0)
        offset = np.zeros((2, len(places)))
        offset[:, near] = _offset(places[near], self._vectors[star[near]])
        return Closest(star, of_place, _mutual(star, of_place, of_star), offset)


def _offset(places: FloatArray, stars: FloatArray) -> FloatArray:
    """Return how far east and north of stars places are [rad], shape (2, m)."""
    x, y, z = stars.T
    dx, dy, dz = (places - stars).T
    around = np.hypot(x, y)
    lever = 1 / np.maximum(around, np.finfo(float).tiny)
    return np.stack(
        [(x * dy - y * dx) * lever, dz * around - (x * dx + y * dy) * z * lever]
    )


def _mutual(star: IndexArray, of_place: FloatArray, of_star: FloatArray) -> BoolArray:
    """Return which places are the nearest to the star nearest to them."""
    near = np.flatnonzero(star >= 0)
    best = near[of_place[near] == of_star[star[near]]]
    last = np.full(len(of_star), -1, dtype=np.intp)
    last[star[best]] = best  # of equally near ones the last
    mutual = np.zeros(len(star), dtype=bool)
    mutual[last[last >= 0]] = True
    return mutual
