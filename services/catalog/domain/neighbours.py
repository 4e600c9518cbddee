"""Stars near places, found through a grid that is laid over a survey's stars once."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from services.catalog.domain.closest import settled
from services.catalog.domain.compiled import closest
from services.catalog.domain.grid import Closest, Grid, Near
from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["Mutual", "Neighbours", "mutual"]

_CROWDED = 5_000_000


class Mutual(NamedTuple):
    """Places and stars that are each other's nearest, by their indices, shape (m,).

    ``offset`` is how far east and north of its star a place is [rad], the medians.
    """

    place: IndexArray
    star: IndexArray
    offset: tuple[float, float]


class Neighbours:
    """Stars as unit vectors, shape (n, 3), ready to be found by their places."""

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors = vectors
        self.grid = Grid.over(vectors)

    def within(self, places: FloatArray, limit: float) -> Near | None:
        """Return all stars within a chord of unit vectors, shape (n, 3).

        ``None`` where so many stand together that their pairs should not be listed.
        """
        return self.grid.within(places, limit, _CROWDED)

    def nearest(self, places: FloatArray, limit: float) -> Near:
        """Return the nearest star to each place that has one, in order of place."""
        (found,) = _closest([self], places, limit)
        place = np.flatnonzero(found.star >= 0)
        return Near(place, found.star[place], found.squared[place])

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self._vectors)

    def one_by_one(self, places: FloatArray, limit: float) -> Closest:
        """Return the nearest stars where they stand in crowds no grid parts."""
        distance, found = map(
            np.asarray, self._tree.query(places, distance_upper_bound=limit)
        )
        star = np.where(found < len(self._vectors), found, -1).astype(np.intp)
        of_star = np.full(len(self._vectors), np.inf)
        np.minimum.at(of_star, star[star >= 0], distance[star >= 0] ** 2)
        return settled(places, self._vectors, star, distance**2, of_star)


def mutual(
    surveys: Sequence[Neighbours], places: FloatArray, limit: float
) -> list[Mutual]:
    """Return, of each survey, the places and stars that are each other's nearest.

    Parameters
    ----------
    surveys
        The stars of each.
    places
        Unit vectors, shape (n, 3).
    limit
        The longest chord of a pair.
    """
    pairs = []
    for found in _closest(surveys, places, limit):
        place = np.flatnonzero(found.is_mutual)
        pairs.append(Mutual(place, found.star[place], found.offset))
    return pairs


def _closest(
    surveys: Sequence[Neighbours], places: FloatArray, limit: float
) -> list[Closest]:
    each = closest([one.grid for one in surveys], places, limit, _CROWDED)
    return [
        one.one_by_one(places, limit) if found is None else found
        for one, found in zip(surveys, each, strict=True)
    ]
