"""One band after the other, by the compiled library."""

from collections.abc import Sequence
from ctypes import CDLL, Array, byref, c_double, c_int, c_int64, c_void_p
from typing import NamedTuple

import numpy as np

from services.calibrator.domain.common import FAR, FLAT, WELL_COVERED, InCommon
from services.calibrator.domain.compared import VETOES, Compared, Stars
from services.calibrator.domain.compiled import layouts
from services.calibrator.domain.compiled.held import (
    band_of,
    held_of,
    rows_of,
    uploaded_of,
)
from services.calibrator.domain.compiled.library import pointer, structure_of
from services.calibrator.domain.fitted import EVEN, Fitted, Flat
from services.calibrator.domain.hypotheses import WRONG, WRONG_PRIOR
from services.calibrator.domain.intrinsic import SCATTERS, WEIGHTS
from services.calibrator.domain.mixture import Agreement
from services.calibrator.domain.model import (
    BandMatches,
    FloatArray,
    IndexArray,
    Verdict,
)
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.robust import BISECTIONS, MAD_TO_SIGMA, TUNING
from services.calibrator.domain.rules import RULES

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
        given = [band_of(matches) for matches in bands]
        rooms = [_Beside.of(band.count) for band, _arrays in given]
        held = (layouts.Band * len(given))(*(band for band, _arrays in given))
        to = (layouts.Compared * len(rooms))(*(room.laid for room in rooms))
        vetoes = self._vetoes, len(self._vetoes)
        fault = self._compare(byref(uploaded), held, len(held), *vetoes, to)
        if fault == _NO_SUCH_STAR:
            raise IndexError("a pair points at a star that was not uploaded")
        if fault:
            raise MemoryError
        each = zip(to, rooms, bands, strict=True)
        return [room.compared(found, matches) for found, room, matches in each]

    def fitted(self, bands: Sequence[Flat]) -> list[Fitted]:
        """Return what ``fitted.fitted`` returns."""
        held, _kept = held_of(bands)
        rooms = [_Room.of(one.count) for one in held]
        found = (layouts.Fitted * len(rooms))(*(room.laid for room in rooms))
        grid = self._grid, len(self._grid)
        rules, limits = byref(self._rules), byref(self._limits)
        if self._fit(held, len(held), rules, *grid, limits, found):
            raise MemoryError
        each = zip(found, rooms, bands, strict=True)
        return [room.fitted(one, flat.band.stars_entered) for one, room, flat in each]

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


class _Beside(NamedTuple):
    """Where the stars beside a band are put."""

    laid: layouts.Compared
    star: IndexArray
    verdict: IndexArray
    numbers: FloatArray

    @classmethod
    def of(cls, count: int) -> "_Beside":
        """Return room for so many stars."""
        whole, numbers = np.empty((2, count), dtype=np.int64), np.empty((3, count))
        (star, verdict), rows = rows_of(whole), rows_of(numbers)
        laid = layouts.Compared(star, *rows, verdict)
        return cls(laid, whole[0], whole[1], numbers)

    def compared(self, found: layouts.Compared, matches: BandMatches) -> Compared:
        """Return the stars that have a magnitude in the band."""
        count = found.count
        mean = found.mean_colour if found.has_colour else None
        difference, variance, colour = self.numbers[:, :count]
        known = self.star[:count], difference, variance, colour, mean
        return Compared(matches, *known, self.verdict[:count], found.entered)


class _Room(NamedTuple):
    """Where the fit of a band is put."""

    laid: layouts.Fitted
    good: FloatArray
    residual: FloatArray
    verdict: IndexArray

    @classmethod
    def of(cls, count: int) -> "_Room":
        """Return room for so many stars."""
        table, verdict = np.empty((2, count)), np.empty(count, dtype=np.int64)
        good, residual = table
        at = dict(zip(("good", "residual"), rows_of(table), strict=True))
        laid = layouts.Fitted(scatter=np.inf, verdict=pointer(verdict), **at)
        return cls(laid, good, residual, verdict)

    def fitted(self, found: layouts.Fitted, entered: int) -> Fitted:
        """Return the fit, of which so many stars might take part."""
        agreement = Agreement(
            found.centre,
            found.centre_err,
            found.slope,
            found.slope_err,
            found.expected_scatter,
            self.good[:entered],
        )
        measured = found.scatter, found.intrinsic_scatter, found.colour_spread
        return Fitted(agreement, self.verdict, self.residual, found.used, *measured)
