"""Fits to all bands at once, by the compiled library."""

from ctypes import CDLL, Structure, byref, c_double, c_int, c_int64, c_void_p
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.compiled.library import contiguous, structure_of
from services.calibrator.domain.model import FloatArray
from services.calibrator.domain.rules import TALLY_RULES
from services.calibrator.domain.tally import Glance, Tally, Told, evened
from shared.kernel.pointers import pointer

__all__ = ["Fits"]


class _Told(Structure):
    _fields_ = (
        *((name, c_int64) for name in ("bands", "stars", "columns", "apart")),
        *(
            (name, c_void_p)
            for name in (
                *("difference", "variance", "colour", "column"),
                *("known", "usual", "steepest"),
            )
        ),
    )


class _Tally(Structure):
    _fields_ = tuple((field.name, c_void_p) for field in fields(Tally))


class Fits:
    """The twins of functions of the same names in ``tally``."""

    def __init__(self, library: CDLL) -> None:
        self._tallied, self._glanced = library.tallied, library.glanced
        self._tallied.argtypes = c_void_p, c_void_p, c_double, c_void_p
        self._glanced.argtypes = c_void_p, c_void_p, c_void_p, c_void_p
        self._tallied.restype = self._glanced.restype = c_int
        self._rules = structure_of(TALLY_RULES)

    def tallied(self, told: Told, columns: FloatArray, share: float = 0.5) -> Tally:
        """Return what ``tally.tallied`` returns."""
        bands, stars = told.difference.shape
        width = columns.shape[1] + 2
        tally = Tally(
            coefficients=np.empty((bands, width)),
            covariance=np.empty((bands, width, width)),
            likelihood=np.empty(bands),
            residual=np.empty((bands, stars)),
            scatter=np.empty(bands),
            good=np.empty((bands, stars)),
        )
        at = _Tally(*map(pointer, vars(tally).values()))
        laid, _kept = _laid_out(told, columns)
        lacks = self._tallied(byref(laid), byref(self._rules), share, byref(at))
        if lacks:
            raise MemoryError
        return evened(tally, told)

    def glanced(self, told: Told) -> Glance:
        """Return what ``tally.glanced`` returns."""
        residual = np.empty(told.difference.shape)
        scatter = np.empty(len(residual))
        laid, _kept = _laid_out(told, np.zeros((1, 0, 0)))
        to = pointer(residual), pointer(scatter)
        lacks = self._glanced(byref(laid), byref(self._rules), *to)
        if lacks:
            raise MemoryError
        return Glance(residual, scatter)


def _laid_out(told: Told, columns: FloatArray) -> tuple[_Told, list[NDArray[Any]]]:
    """Return what bands say as C has it, and the arrays that it points into.

    Columns that all bands have in common, by a step of 0 from band to band, stay so.
    """
    common = columns.strides[0] == 0 or len(columns) == 1
    own = contiguous(columns[0] if common else columns)
    kept: list[NDArray[Any]] = [
        *(contiguous(each) for each in (told.difference, told.variance, told.colour)),
        own,
        np.ascontiguousarray(told.known, dtype=np.uint8),
        *(contiguous(each) for each in (told.usual, told.steepest)),
    ]
    bands, stars = told.difference.shape
    apart = 0 if common else own[0].size
    laid = _Told(bands, stars, columns.shape[1], apart, *map(pointer, kept))
    return laid, kept
