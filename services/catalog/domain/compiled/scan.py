"""The compiled search, called from Python by ctypes, which lets other threads run."""

from collections.abc import Callable
from ctypes import CDLL, POINTER, Structure, c_double, c_int, c_int64, c_void_p
from pathlib import Path

import numpy as np

from services.catalog.domain.grid import Closest, Grid
from shared.kernel.arrays import FloatArray

__all__ = ["Search", "built"]

_FILE = Path(__file__).parent / "sums.so"
_NO_MEMORY = 2

Search = Callable[[Grid, FloatArray, float, int], Closest | None]


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


class _Found(Structure):
    _fields_ = tuple(
        (name, c_void_p) for name in ("star", "squared", "mutual", "east", "north")
    )


def built() -> Search | None:
    """Return the compiled search, if it was built."""
    if not _FILE.exists():
        return None
    nearest = CDLL(str(_FILE)).nearest
    nearest.restype = c_int
    nearest.argtypes = (
        *(POINTER(_Grid), c_int64, c_void_p, c_double, c_int64),
        POINTER(_Found),
    )

    def closest(
        grid: Grid, places: FloatArray, limit: float, most: int
    ) -> Closest | None:
        arrays = grid.vectors, grid.begin, grid.order, grid.axes
        laid = _Grid(
            *(each.ctypes.data for each in arrays),
            tuple(grid.corner),
            grid.cell,
            *map(int, grid.shape),
            len(grid.order),
        )
        places = np.ascontiguousarray(places)
        count = len(places)
        found = Closest(
            np.empty(count, dtype=np.int64),
            np.empty(count),
            np.empty(count, dtype=bool),
            np.empty((2, count)),
        )
        at = [each.ctypes.data for each in found]
        room = _Found(*at, at[-1] + 8 * count)
        fault = nearest(laid, count, places.ctypes.data, limit, most, room)
        if fault == _NO_MEMORY:
            raise MemoryError
        return None if fault else found

    return closest
