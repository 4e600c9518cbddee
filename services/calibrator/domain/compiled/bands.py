"""One band after the other, by the compiled library."""

from collections.abc import Sequence
from ctypes import CDLL, Array, byref, c_double, c_int, c_int64, c_void_p

import numpy as np

from services.calibrator.domain.common import FAR, FLAT, WELL_COVERED, InCommon
from services.calibrator.domain.compared import VETOES, Compared, Stars
from services.calibrator.domain.compiled import layouts
from services.calibrator.domain.compiled.held import bands_of, held_of, uploaded_of
from services.calibrator.domain.compiled.library import structure_of
from services.calibrator.domain.compiled.rooms import RoomBeside, RoomForFits
from services.calibrator.domain.fitted import EVEN, Fitted, Flat
from services.calibrator.domain.hypotheses import WRONG, WRONG_PRIOR
from services.calibrator.domain.intrinsic import SCATTERS, WEIGHTS
from services.calibrator.domain.model import BandMatches, Verdict
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.robust import BISECTIONS, MAD_TO_SIGMA, TUNING
from services.calibrator.domain.rules import RULES
from shared.kernel.pointers import pointer

__all__ = ["Bands"]

_NO_SUCH_STAR = -2


def _grid() -> "Array[layouts.Hypothesis]":
    """Return every hypothesis, of which scatter, wrong fraction and prior are set."""
    pairs = [
        layouts.Hypothesis(scatter, wrong, np.log(weight * prior))
        for scatter, weight in zip(SCATTERS, WEIGHTS, strict=True)
        for wrong, prior in zip(WRONG, WRONG_PRIOR, strict=True)
    ]
    return (layouts.Hypothesis * len(pairs))(*pairs)


class Bands:
    """The twins of ``compare``, ``fitted`` and ``evidence_in_common`` in numpy."""

    def __init__(self, library: CDLL) -> None:
        self._compare = library.compare
        self._compare.argtypes = (
            *(c_void_p, c_void_p, c_int64),
            *(c_void_p, c_int64, c_void_p),
        )
        self._compare.restype = c_int
        self._fit = library.fit_zeropoints
        self._fit.argtypes = (
            *(c_void_p, c_int64, c_void_p, c_void_p),
            *(c_int64, c_void_p, c_void_p),
        )
        self._fit.restype = c_int
        self._evidence = library.evidence_in_common
        self._evidence.argtypes = (
            *(c_void_p, c_int64, c_int64, c_void_p),
            *(c_void_p, c_void_p, c_void_p),
        )
        self._evidence.restype = c_int
        self._vetoes = (layouts.Veto * len(VETOES))(
            *(layouts.Veto(*one) for one in VETOES)
        )
        self._rules = structure_of(RULES)
        self._grid = _grid()
        self._limits = layouts.Limits(EVEN, TUNING, Verdict.OUTLIER, BISECTIONS)
        self._log_weights = np.log(WEIGHTS)
        arrays = len(SCATTERS), pointer(SCATTERS), pointer(self._log_weights)
        self._weights = layouts.Weights(
            Verdict.OUTLIER, *arrays, FLAT, FAR, MAD_TO_SIGMA, WELL_COVERED
        )

    def compare(self, stars: Stars, bands: Sequence[BandMatches]) -> list[Compared]:
        """Return what ``compared.compare`` returns."""
        uploaded, _kept = uploaded_of(stars)
        given, _arrays = bands_of(bands)
        room = RoomBeside([band.count for band in given])
        vetoes = self._vetoes, len(self._vetoes)
        fault = self._compare(byref(uploaded), given, len(given), *vetoes, room.laid)
        if fault == _NO_SUCH_STAR:
            raise IndexError("a pair points at a star that was not uploaded")
        if fault:
            raise MemoryError
        return room.bands(bands)

    def fitted(self, bands: Sequence[Flat]) -> list[Fitted]:
        """Return what ``fitted.fitted`` returns."""
        held, _kept = held_of(bands)
        room = RoomForFits([one.count for one in held])
        grid = self._grid, len(self._grid)
        rules, limits = byref(self._rules), byref(self._limits)
        if self._fit(held, len(held), rules, *grid, limits, room.laid):
            raise MemoryError
        return room.told(one.band.stars_entered for one in bands)

    def evidence_in_common(self, fits: Sequence[ZeroPoint], stars: int) -> InCommon:
        """Return what ``common.evidence_in_common`` returns."""
        held, _kept = held_of(fits)
        common = np.empty(stars, dtype=bool)
        counts, evidence = (c_int64 * len(held))(), (c_double * len(held))()
        to = pointer(common), counts, evidence
        if self._evidence(held, len(held), stars, byref(self._weights), *to):
            raise MemoryError
        each = list(zip(counts, evidence, strict=True))
        return InCommon(int(np.count_nonzero(common)), each)
