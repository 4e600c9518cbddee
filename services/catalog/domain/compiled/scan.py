"""The compiled search, called from Python by ctypes, which lets other threads run."""

from collections.abc import Callable, Sequence
from ctypes import CDLL, Structure, byref, c_double, c_int, c_int64, c_void_p
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from services.catalog.domain.grid import Closest, Grid
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.pointers import pointer

__all__ = ["Search", "built"]

_FILE = Path(__file__).parent / "sums.so"
_NO_MEMORY = 2

Search = Callable[[Sequence[Grid], FloatArray, float, int], list[Closest | None]]
_Room = tuple[IndexArray, FloatArray, BoolArray]


class _Grid(Structure):
    _fields_ = (
        ("vectors", c_void_p),
        ("begin", c_void_p),
        ("order", c_void_p),
        ("axes", c_void_p),
        ("corner", c_double * 2),
        ("cell", c_double),
        ("rows", c_int64),
        ("columns", c_int64),
        ("stars", c_int64),
    )


_LAID: WeakKeyDictionary[Grid, _Grid] = WeakKeyDictionary()
"""Grids as C has them: each is searched by many uploads."""


class _Found(Structure):
    _fields_ = (
        ("star", c_void_p),
        ("squared", c_void_p),
        ("mutual", c_void_p),
        ("east", c_double),
        ("north", c_double),
    )


def built() -> Search | None:
    """Return the twin of ``closest.closest``, if it was built."""
    if not _FILE.exists():
        return None
    nearest = CDLL(str(_FILE)).nearest
    nearest.restype = None
    nearest.argtypes = (
        *(c_void_p, c_int64, c_int64, c_void_p),
        *(c_double, c_int64, c_void_p, c_void_p),
    )

    def closest(
        grids: Sequence[Grid], places: FloatArray, limit: float, most: int
    ) -> list[Closest | None]:
        number, count = len(grids), len(places)
        places = np.ascontiguousarray(places)
        rooms = [_room(count) for _ in grids]
        laid = (_Grid * number)(*map(_laid, grids))
        found = (_Found * number)(*(_Found(*map(pointer, room)) for room in rooms))
        faults = (c_int * number)()
        asked = number, count, pointer(places), limit, most
        nearest(byref(laid), *asked, byref(found), byref(faults))
        each = zip(faults, found, rooms, strict=True)
        return [_told(*one) for one in each]

    return closest


def _laid(grid: Grid) -> _Grid:
    laid = _LAID.get(grid)
    if laid is None:
        arrays = map(pointer, (grid.vectors, grid.begin, grid.order, grid.axes))
        shape = (*map(int, grid.shape), len(grid.order))
        laid = _LAID[grid] = _Grid(*arrays, tuple(grid.corner), grid.cell, *shape)
    return laid


def _room(count: int) -> _Room:
    star, mutual = np.empty(count, dtype=np.int64), np.empty(count, dtype=bool)
    return star, np.empty(count), mutual


def _told(fault: int, found: _Found, room: _Room) -> Closest | None:
    if fault == _NO_MEMORY:
        raise MemoryError
    return None if fault else Closest(*room, (found.east, found.north))
