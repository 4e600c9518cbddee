"""Stars near places, found through a grid that is laid over a survey's stars once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from services.catalog.domain.compiled import closest as compiled
from services.catalog.domain.grid import Grid, Near
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray

__all__ = ["Neighbours"]

_CROWDED = 5_000_000


@dataclass(frozen=True)
class _Closest:
    """For each place the nearest star or −1, the squared chord, and if it is mutual.

    Of equally near places the last is a star's own.
    """

    star: IndexArray
    squared: FloatArray
    is_mutual: BoolArray

    def nearest(self) -> Near:
        """Return the nearest star of each place that has one."""
        return self._at(np.flatnonzero(self.star >= 0))

    def mutual(self) -> Near:
        """Return the places and stars that are each other's nearest."""
        return self._at(np.flatnonzero(self.is_mutual))

    def _at(self, place: IndexArray) -> Near:
        return Near(place, self.star[place], self.squared[place])


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
        return self._closest(places, limit).nearest()

    def mutual(self, places: FloatArray, limit: float) -> Near:
        """Return places and stars that are each other's nearest, in order of place."""
        return self._closest(places, limit).mutual()

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self._vectors)

    def _closest(self, places: FloatArray, limit: float) -> _Closest:
        closest = compiled or _in_numpy
        found = closest(self._grid, places, limit, _CROWDED)
        return self._one_by_one(places, limit) if found is None else _Closest(*found)

    def _one_by_one(self, places: FloatArray, limit: float) -> _Closest:
        """Return the same where stars stand in crowds that a grid does not part."""
        distance, found = map(
            np.asarray, self._tree.query(places, distance_upper_bound=limit)
        )
        star = np.where(found < len(self._vectors), found, -1).astype(np.intp)
        of_star = np.full(len(self._vectors), np.inf)
        np.minimum.at(of_star, star[star >= 0], distance[star >= 0] ** 2)
        return _Closest(star, distance**2, _mutual(star, distance**2, of_star))


def _in_numpy(
    grid: Grid, places: FloatArray, limit: float, most: int
) -> tuple[IndexArray, FloatArray, BoolArray] | None:
    near = grid.within(places, limit, most)
    if near is None:
        return None
    of_place, of_star = np.full(len(places), np.inf), np.full(len(grid.order), np.inf)
    np.minimum.at(of_place, near.place, near.squared)
    np.minimum.at(of_star, near.star, near.squared)
    best = near.chosen(near.squared == of_place[near.place])
    star = np.full(len(places), -1, dtype=np.intp)
    star[best.place[::-1]] = best.star[::-1]  # of equally near ones the first
    return star, of_place, _mutual(star, of_place, of_star)


def _mutual(star: IndexArray, of_place: FloatArray, of_star: FloatArray) -> BoolArray:
    """Return which places are the nearest to the star nearest to them."""
    near = np.flatnonzero(star >= 0)
    best = near[of_place[near] == of_star[star[near]]]
    last = np.full(len(of_star), -1, dtype=np.intp)
    last[star[best]] = best  # of equally near ones the last
    mutual = np.zeros(len(star), dtype=bool)
    mutual[last[last >= 0]] = True
    return mutual
