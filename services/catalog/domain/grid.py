"""Stars sorted into the square cells of a plane through the middle of the sphere."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.sphere import chord

__all__ = ["Closest", "Grid", "Near"]

_CELL = chord(15 / 3600)
_MOST_CELLS = 1000
_FAR = 2.0**31


@dataclass(frozen=True)
class Near:
    """Places and the stars near them; arrays of shape (m,).

    Attributes
    ----------
    place, star
        Index of each of the two.
    squared
        Squared distance of their unit vectors.
    """

    place: IndexArray
    star: IndexArray
    squared: FloatArray

    def chosen(self, chosen: BoolArray | IndexArray) -> "Near":
        """Return some of the pairs."""
        return Near(self.place[chosen], self.star[chosen], self.squared[chosen])


class Closest(NamedTuple):
    """For each place the nearest star, arrays of shape (n,); of none −1.

    Of equally near places the last is a star's own.

    Attributes
    ----------
    star
        Its index.
    squared
        The squared chord.
    is_mutual
        Whether no place is nearer to the star.
    offset
        How far places are east and north of the stars that are mutual, the medians
        [rad]; 0 without any.
    """

    star: IndexArray
    squared: FloatArray
    is_mutual: BoolArray
    offset: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Grid:
    """Stars by their cells; on the plane no two are farther apart than on the sky.

    Attributes
    ----------
    order
        Index of each star, cell by cell, shape (m,).
    vectors
        Unit vectors of the stars in this order, shape (m, 3).
    axes
        Two directions that span the plane, shape (3, 2).
    corner, cell
        Where the first cell begins on the plane, shape (2,), and how wide all are.
    shape
        Rows and columns of cells, shape (2,).
    begin
        Where in the order the stars of each cell begin, shape (rows · columns + 1,).
    """

    order: IndexArray
    vectors: FloatArray
    axes: FloatArray
    corner: FloatArray
    cell: float
    shape: IndexArray
    begin: IndexArray

    @classmethod
    def over(cls, vectors: FloatArray) -> "Grid":
        """Return the grid of stars, given as unit vectors of shape (m, 3)."""
        axes = _axes(vectors)
        flat = vectors @ axes
        corner = flat.min(axis=0) if len(flat) else np.zeros(2)
        width = float((flat - corner).max(initial=0))
        across = min(max(math.sqrt(len(vectors)), 1.0), _MOST_CELLS)
        cell = max(_CELL, width / across)
        cells = ((flat - corner) / cell).astype(np.intp)
        shape = cells.max(axis=0, initial=0) + 1
        number = cells[:, 0] * shape[1] + cells[:, 1]
        order = np.argsort(number, kind="stable").astype(np.intp)
        counts = np.bincount(number, minlength=int(shape.prod()))
        begin = np.append(0, np.cumsum(counts)).astype(np.intp)
        return cls(order, vectors[order], axes, corner, cell, shape, begin)

    def within(self, places: FloatArray, limit: float, most: int) -> Near | None:
        """Return all stars within a chord of unit vectors, shape (n, 3).

        ``None`` where more than so many pairs would have to be looked at.
        """
        begin, count = self._candidates(places, limit)
        total = int(count.sum())
        if total > most:
            return None
        place = np.repeat(np.arange(count.size) % max(len(places), 1), count)
        shift = begin - (np.cumsum(count) - count)
        entry = np.repeat(shift, count) + np.arange(total)
        away = places[place] - self.vectors[entry]
        squared = np.einsum("ij,ij->i", away, away)
        near = np.flatnonzero(squared <= limit**2)
        return Near(place[near], self.order[entry[near]], squared[near])

    def _candidates(
        self, places: FloatArray, limit: float
    ) -> tuple[IndexArray, IndexArray]:
        """Return where the stars of the cells around each place begin, and how many.

        A row of cells behind the other, so that a place stands in each.
        """
        cells = np.floor((places @ self.axes - self.corner) / self.cell)
        cells = np.clip(cells, -_FAR, _FAR).astype(np.intp)
        reach = int(np.ceil(limit / self.cell))
        rows, columns = self.shape
        first = np.clip(cells[:, 1] - reach, 0, columns)
        last = np.clip(cells[:, 1] + reach + 1, 0, columns)
        row = cells[:, 0] + np.arange(-reach, reach + 1)[:, None]
        inside = (row >= 0) & (row < rows)
        row = np.where(inside, row, 0) * columns
        begin = self.begin[row + first]
        count = np.where(inside, self.begin[row + last] - begin, 0)
        return begin.ravel(), count.ravel()


def _axes(vectors: FloatArray) -> FloatArray:
    """Return two unit vectors at right angles to the middle of others, (3, 2)."""
    middle = vectors.sum(axis=0)
    if not middle.any():
        middle = np.array([0.0, 0.0, 1.0])
    east = np.cross(np.eye(3)[int(np.argmin(np.abs(middle)))], middle)
    north = np.cross(middle, east)
    axes: FloatArray = np.stack(
        [each / np.linalg.norm(each) for each in (east, north)], axis=1
    )
    return axes
