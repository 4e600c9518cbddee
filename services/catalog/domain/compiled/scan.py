"""The compiled search, called from Python by ctypes, which lets other threads run."""

from collections.abc import Callable
from ctypes import CDLL, POINTER, Structure, byref, c_double, c_int, c_int64, c_void_p
from pathlib import Path

import numpy as np

from services.catalog.domain.grid import Grid
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray

__all__ = ["Search", "built"]

_FILE = Path(__file__).parent / "sums.so"
_NOWHERE = 5.0  # more than any squared chord
_NO_MEMORY = 2

Search = Callable[
    [Grid, FloatArray, float, int], tuple[IndexArray, FloatArray, BoolArray] | None
]


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


def built() -> Search | None:
    """Return the compiled search, if it was built."""
    if not _FILE.exists():
        return None
    nearest = CDLL(str(_FILE)).nearest
    nearest.restype = c_int
    nearest.argtypes = (
        *(POINTER(_Grid), c_int64, c_void_p, c_double, c_int64),
        *(c_void_p, c_void_p, c_void_p),
    )

    def closest(
        grid: Grid, places: FloatArray, limit: float, most: int
    ) -> tuple[IndexArray, FloatArray, BoolArray] | None:
        arrays = grid.vectors, grid.begin, grid.order, grid.axes
        laid = _Grid(
            *(each.ctypes.data for each in arrays),
            tuple(grid.corner),
            grid.cell,
            *map(int, grid.shape),
            len(grid.order),
        )
        places = np.nan_to_num(places, nan=_NOWHERE, posinf=_NOWHERE, neginf=_NOWHERE)
        star = np.empty(len(places), dtype=np.int64)
        of_place, mutual = np.empty(len(places)), np.empty(len(places), dtype=bool)
        pointers = (each.ctypes.data for each in (star, of_place, mutual))
        laid_at, at = byref(laid), places.ctypes.data
        fault = nearest(laid_at, len(places), at, limit, most, *pointers)
        if fault == _NO_MEMORY:
            raise MemoryError
        return None if fault else (star, of_place, mutual)

    return closest
