"""Pairings at random, by the compiled library."""

from ctypes import CDLL, c_double, c_int64, c_void_p

import numpy as np

from services.calibrator.domain.compiled.library import contiguous
from services.calibrator.domain.model import FloatArray
from services.calibrator.domain.robust import MAD_TO_SIGMA
from services.calibrator.domain.shuffles import EVEN, LEAST_SCATTER
from shared.kernel.arrays import ByteArray
from shared.kernel.pointers import pointer

__all__ = ["Shuffles"]


class Shuffles:
    """The twin of the function of the same name in ``shuffles``."""

    def __init__(self, library: CDLL) -> None:
        self._as_good = library.as_good
        self._as_good.argtypes = (
            *(c_int64, c_void_p, c_void_p, c_int64, c_void_p),
            *(c_double, c_double, c_double),
        )
        self._as_good.restype = c_int64

    def as_good(self, mag: FloatArray, reference: FloatArray, orders: ByteArray) -> int:
        """Return what ``shuffles.as_good`` returns."""
        mag, reference = contiguous(mag), contiguous(reference)
        orders = np.ascontiguousarray(orders)
        paired = len(mag), pointer(mag), pointer(reference)
        shuffled = len(orders), pointer(orders)
        rules = MAD_TO_SIGMA, LEAST_SCATTER, EVEN
        found: int = self._as_good(*paired, *shuffled, *rules)
        if found < 0:
            raise MemoryError
        return found
