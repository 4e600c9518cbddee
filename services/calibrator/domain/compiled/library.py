"""The library that ``stack/compile.sh`` makes of the C beside this file."""

from ctypes import CDLL
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.model import FloatArray

__all__ = ["LIBRARY", "contiguous", "pointer"]

_FILE = Path(__file__).parent / "sums.so"

LIBRARY = CDLL(str(_FILE)) if _FILE.exists() else None
"""``None`` where it was not built; its functions let other threads run."""


def contiguous(values: FloatArray) -> FloatArray:
    """Return an array as C has it."""
    return np.ascontiguousarray(values, dtype=np.float64)


def pointer(values: NDArray[Any]) -> int:
    """Return where an array's numbers are."""
    return values.ctypes.data
