"""Triangles of neighbouring stars, by a code that scale and rotation leave alone."""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.spatial import cKDTree

from services.imager.domain.plate.plane import ComplexArray
from services.imager.domain.plate.stars import nearest, tree_of
from shared.kernel.arrays import IndexArray

__all__ = ["Triangles", "triangles_of"]

_NEEDLE = 0.1
_FEWEST = 3


@dataclass(frozen=True)
class Triangles:
    """Triangles, shape (n,), each with its stars in an order all their own.

    Attributes
    ----------
    corners
        Indices of the stars, shape (n, 3): the one opposite the longest side first.
    code
        Where the first corner is, seen from the third, if the second is at 1: complex,
        shape (n,). Of a mirrored triangle it is the conjugate.
    """

    corners: IndexArray
    code: ComplexArray

    def __len__(self) -> int:
        return len(self.code)

    @cached_property
    def tree(self) -> cKDTree:
        """The codes, ready for neighbour searches."""
        return tree_of(self.code)


def triangles_of(places: ComplexArray, neighbours: int) -> Triangles:
    """Return the triangles of each star with two of its nearest neighbours.

    Needles, whose code is all noise, are left out: their shortest side is below a
    tenth of the longest.

    Parameters
    ----------
    places
        Of stars, shape (n,).
    neighbours
        How many of the nearest stars are paired.
    """
    corners = _corners(places, neighbours)
    away = places[corners]
    sides = np.abs(np.roll(away, -1, 1) - np.roll(away, -2, 1))
    order = np.argsort(-sides, axis=1)
    corners = np.take_along_axis(corners, order, 1)
    sides = np.take_along_axis(sides, order, 1)
    corners = corners[sides[:, 2] > _NEEDLE * sides[:, 0]]
    first, second, third = places[corners].T
    return Triangles(corners, (first - third) / (second - third))


def _corners(places: ComplexArray, neighbours: int) -> IndexArray:
    count = min(neighbours + 1, len(places))
    if count < _FEWEST:
        return np.empty((0, 3), dtype=np.intp)
    _, near = nearest(tree_of(places), places, count)
    pairs = np.array(list(combinations(range(1, count), 2)))
    own = np.repeat(near[:, :1], len(pairs), axis=1)
    every = np.dstack([own, near[:, pairs[:, 0]], near[:, pairs[:, 1]]])
    return np.unique(np.sort(every.reshape(-1, 3), axis=1), axis=0)
