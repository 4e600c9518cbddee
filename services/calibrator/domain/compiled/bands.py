"""One band after the other, by the compiled library."""

from collections.abc import Sequence
from ctypes import CDLL, Array, byref, c_double, c_int, c_int64, c_void_p
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.common import FAR, FLAT, WELL_COVERED, InCommon
from services.calibrator.domain.compared import (
    BLENDED,
    SMALLEST_ERROR,
    UNKNOWN_ERROR,
    VETOES,
    Compared,
    Stars,
)
from services.calibrator.domain.compiled import layouts
from services.calibrator.domain.compiled.library import (
    contiguous,
    pointer,
    structure_of,
    whole_numbers,
)
from services.calibrator.domain.fitted import EVEN, Fitted, Flat
from services.calibrator.domain.hypotheses import WRONG, WRONG_PRIOR
from services.calibrator.domain.intrinsic import SCATTERS, WEIGHTS
from services.calibrator.domain.mixture import Agreement
from services.calibrator.domain.model import (
    BandMatches,
    FloatArray,
    IndexArray,
    Prior,
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
        uploaded, _kept = _uploaded(stars)
        given = [_band(matches) for matches in bands]
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
        given = [_of_flat(*one) for one in bands]
        rooms = [_Room.of(held.count) for held, _arrays in given]
        held = (layouts.Held * len(given))(*(one for one, _arrays in given))
        found = (layouts.Fitted * len(rooms))(*(room.laid for room in rooms))
        grid = self._grid, len(self._grid)
        rules, limits = byref(self._rules), byref(self._limits)
        if self._fit(held, len(held), rules, *grid, limits, found):
            raise MemoryError
        each = zip(found, rooms, bands, strict=True)
        return [room.fitted(one, len(flat.band.entered)) for one, room, flat in each]

    def evidence_in_common(self, fits: Sequence[ZeroPoint], stars: int) -> InCommon:
        """Return what ``common.evidence_in_common`` returns."""
        given = [_of_fit(fit) for fit in fits]
        held = (layouts.Held * len(given))(*(one for one, _arrays in given))
        common = np.empty(stars, dtype=bool)
        counts, evidence = (c_int64 * len(given))(), (c_double * len(given))()
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
        (star, verdict), rows = _rows(whole), _rows(numbers)
        laid = layouts.Compared(star, *rows, verdict)
        return cls(laid, whole[0], whole[1], numbers)

    def compared(self, found: layouts.Compared, matches: BandMatches) -> Compared:
        """Return the stars that have a magnitude in the band."""
        count = found.count
        mean = found.mean_colour if found.has_colour else None
        known = self.star[:count], *self.numbers[:, :count], mean, self.verdict[:count]
        return Compared(matches, *known)


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
        at = dict(zip(("good", "residual"), _rows(table), strict=True))
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


def _of_flat(
    band: Compared, difference: FloatArray, prior: Prior
) -> tuple[layouts.Held, "_Kept"]:
    numbers = difference, band.variance, band.colour
    return _held(band.star, numbers, band.verdict, prior)


def _of_fit(fit: ZeroPoint) -> tuple[layouts.Held, "_Kept"]:
    numbers = fit.residual, fit.variance, fit.colour
    return _held(fit.star, numbers, fit.verdict, fit.prior)


def _rows(numbers: NDArray[Any]) -> list[int]:
    """Return where each row of a table begins."""
    first = pointer(numbers)
    return [first + row * numbers.strides[0] for row in range(len(numbers))]


_Kept = list[NDArray[Any]]
"""Arrays that a structure points into: they live as long as these are held."""


def _uploaded(stars: Stars) -> tuple[layouts.Uploaded, _Kept]:
    kept: _Kept = [
        contiguous(stars.mag),
        contiguous(stars.variance),
        whole_numbers(stars.verdict),
        stars.marks,
    ]
    if len({len(each) for each in kept}) > 1:
        raise ValueError("columns of the uploaded stars differ in length")
    return layouts.Uploaded(len(kept[0]), *map(pointer, kept)), kept


def _band(matches: BandMatches) -> tuple[layouts.Band, _Kept]:
    kept: _Kept = [
        whole_numbers(matches.star),
        *(contiguous(each) for each in (matches.mag, matches.mag_err)),
    ]
    at: list[int | None] = [pointer(each) for each in kept]
    for column, kind in ((matches.colour, np.float64), (matches.blended, np.uint8)):
        if column is not None:
            kept.append(np.ascontiguousarray(column, dtype=kind))
        at.append(None if column is None else pointer(kept[-1]))
    size = len(kept[0])
    if any(len(each) != size for each in kept):
        raise ValueError(f"columns of {matches.name} differ in length")
    least = max(matches.floor, SMALLEST_ERROR)
    return layouts.Band(size, *at, BLENDED, least, UNKNOWN_ERROR), kept


def _held(
    star: IndexArray, numbers: Sequence[FloatArray], verdict: IndexArray, prior: Prior
) -> tuple[layouts.Held, _Kept]:
    kept: _Kept = [
        whole_numbers(star),
        *map(contiguous, numbers),
        whole_numbers(verdict),
    ]
    at = map(pointer, kept)
    return layouts.Held(len(star), *at, prior.mean, prior.sigma), kept
