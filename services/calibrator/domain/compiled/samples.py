"""Some of an image's stars in all bands, by the compiled library."""

import sys
from collections.abc import Sequence
from ctypes import CDLL, Structure, byref, c_int64, c_void_p

import numpy as np
from typing_extensions import override

from services.calibrator.domain import samples
from services.calibrator.domain.compared import Compared
from services.calibrator.domain.compiled.held import held_of
from services.calibrator.domain.model import FloatArray, IndexArray, Prior
from services.calibrator.domain.tally import Told
from shared.kernel.pointers import pointer

__all__ = ["Samples"]

_NOTHING = sys.float_info.max


class _Table(Structure):
    _fields_ = tuple(
        (name, c_void_p) for name in ("difference", "variance", "colour", "known")
    )


class Samples(samples.Samples):
    """The twin of the class of the same name in ``samples``."""

    def __init__(
        self,
        library: CDLL,
        bands: Sequence[tuple[Compared, Prior]],
        uploaded: int,
    ) -> None:
        super().__init__(bands, uploaded)
        self._library = library
        self._held, self._kept = held_of([band for band, _ in bands])

    @override
    def smallest_variances(self) -> FloatArray:
        smallest = np.full(self.uploaded, _NOTHING)
        at = c_void_p(pointer(smallest))
        self._library.smallest_variances(self._held, c_int64(len(self._held)), at)
        return np.where(smallest < _NOTHING, smallest, np.inf)

    @override
    def together(self, stars: IndexArray) -> Told:
        told, column = self.nothing_told(len(stars)), self.columns_of(stars)
        table = told.difference, told.variance, told.colour, told.known
        to = _Table(*map(pointer, table))
        counts = c_int64(len(self._held)), c_int64(len(stars))
        at = c_void_p(pointer(column))
        self._library.together(self._held, *counts, at, byref(to))
        return told
