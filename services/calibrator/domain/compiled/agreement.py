"""What stars agree on, and how probable residuals are, by the compiled library."""

from ctypes import (
    CDLL,
    POINTER,
    Array,
    Structure,
    byref,
    c_double,
    c_int,
    c_int64,
    c_void_p,
)

import numpy as np

from services.calibrator.domain.compiled.library import (
    contiguous,
    pointer,
    structure_of,
)
from services.calibrator.domain.hypotheses import WRONG, WRONG_PRIOR
from services.calibrator.domain.intrinsic import SCATTERS, WEIGHTS
from services.calibrator.domain.mixture import Agreement
from services.calibrator.domain.model import FloatArray, Prior
from services.calibrator.domain.robust import BISECTIONS, TUNING
from services.calibrator.domain.rules import RULES

__all__ = ["Sums"]


class _Sample(Structure):
    _fields_ = (
        ("difference", c_void_p),
        ("variance", c_void_p),
        ("colour", c_void_p),
        ("count", c_int64),
        ("mean", c_double),
        ("sigma", c_double),
    )


class _Hypothesis(Structure):
    _fields_ = tuple(
        (name, c_double)
        for name in (
            *("scatter", "wrong", "log_prior", "centre", "slope"),
            *("wrong_centre", "wrong_square", "log_posterior"),
        )
    )


class _Answer(Structure):
    _fields_ = tuple(
        (name, c_double)
        for name in ("centre", "centre_err", "slope", "slope_err", "scatter")
    )


def _grid() -> "Array[_Hypothesis]":
    """Return every hypothesis, of which scatter, wrong fraction and prior are set."""
    pairs = [
        _Hypothesis(scatter, wrong, np.log(weight * prior))
        for scatter, weight in zip(SCATTERS, WEIGHTS, strict=True)
        for wrong, prior in zip(WRONG, WRONG_PRIOR, strict=True)
    ]
    return (_Hypothesis * len(pairs))(*pairs)


class Sums:
    """The twins of functions of the same names in numpy."""

    def __init__(self, library: CDLL) -> None:
        self._agree = library.agree
        self._agree.argtypes = (
            *(POINTER(_Sample), c_void_p, POINTER(_Hypothesis), c_int64),
            *(POINTER(_Answer), c_void_p),
        )
        self._agree.restype = c_int
        self._intrinsic = library.intrinsic_scatter
        self._intrinsic.argtypes = (c_int64, c_void_p, c_void_p, c_int64)
        self._intrinsic.restype = c_double
        self._evidence = library.log_evidence
        self._evidence.argtypes = (
            *(c_int64, c_void_p, c_void_p, c_void_p),
            *(c_int64, c_void_p, c_void_p, c_double),
        )
        self._evidence.restype = c_double
        self._biweight = library.biweight_scale
        self._biweight.argtypes = c_int64, c_void_p, c_double, c_void_p
        self._biweight.restype = c_double
        self._rules = structure_of(RULES)
        self._grid = _grid()
        self._log_weights = np.log(WEIGHTS)

    def agree(
        self,
        difference: FloatArray,
        variance: FloatArray,
        colour: FloatArray,
        slope: Prior,
    ) -> Agreement:
        """Return what stars agree on, as ``mixture.agree`` does."""
        told = [contiguous(each) for each in (difference, variance, colour)]
        sample = _Sample(*map(pointer, told), len(told[0]), slope.mean, slope.sigma)
        answer, good = _Answer(), np.empty(len(told[0]))
        lacks = self._agree(
            byref(sample),
            byref(self._rules),
            self._grid,
            len(self._grid),
            byref(answer),
            pointer(good),
        )
        if lacks:
            raise MemoryError
        return Agreement(
            answer.centre,
            answer.centre_err,
            answer.slope,
            answer.slope_err,
            answer.scatter,
            good,
        )

    def biweight_scale(self, residuals: FloatArray) -> float:
        """Return what ``robust.biweight_scale`` returns."""
        residuals, room = contiguous(residuals), np.empty(len(residuals))
        return float(
            self._biweight(len(residuals), pointer(residuals), TUNING, pointer(room))
        )

    def intrinsic_scatter(self, residual: FloatArray, variance: FloatArray) -> float:
        """Return what ``robust.intrinsic_scatter`` returns."""
        residual, variance = contiguous(residual), contiguous(variance)
        return float(
            self._intrinsic(
                len(residual), pointer(residual), pointer(variance), BISECTIONS
            )
        )

    def log_evidence(
        self,
        residual: FloatArray,
        variance: FloatArray,
        colour: FloatArray,
        flat: float,
    ) -> float:
        """Return how probable residuals are, as ``evidence.log_evidence`` does."""
        told = [contiguous(each) for each in (residual, variance, colour)]
        return float(
            self._evidence(
                len(told[0]),
                *map(pointer, told),
                len(SCATTERS),
                pointer(SCATTERS),
                pointer(self._log_weights),
                flat,
            )
        )
