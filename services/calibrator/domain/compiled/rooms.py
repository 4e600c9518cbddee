"""Where the compiled library puts what it finds of bands: all of them in one table."""

from collections.abc import Iterable, Iterator, Sequence
from ctypes import Array
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.compiled import layouts
from services.calibrator.domain.compiled.held import HeldBand
from services.calibrator.domain.fitted import Fitted
from services.calibrator.domain.mixture import Agreement
from services.calibrator.domain.model import BandMatches
from shared.kernel.pointers import pointer

__all__ = ["RoomBeside", "RoomForFits"]

_SIZE = 8
"""Of a number [bytes]."""


class _Table:
    """Rows of numbers, of which each band has a stretch of its own.

    One band that is kept keeps the rows of all.
    """

    def __init__(self, whole: int, real: int, counts: Sequence[int]) -> None:
        *self.begin, width = accumulate(counts, initial=0)
        self.whole = np.empty((whole, width), dtype=np.int64)
        self.real = np.empty((real, width))
        self._rows = [*_rows_of(self.whole), *_rows_of(self.real)]

    def places(self) -> Iterator[list[int]]:
        """Yield where the rows of each band begin, whole numbers first."""
        for begin in self.begin:
            yield [row + _SIZE * begin for row in self._rows]


def _rows_of(numbers: NDArray[Any]) -> list[int]:
    first, row = pointer(numbers), numbers.strides[0]
    return [first + row * number for number in range(len(numbers))]


class RoomBeside:
    """Room for the stars that have a magnitude in each band.

    Parameters
    ----------
    counts
        How many each may have.
    """

    def __init__(self, counts: Sequence[int]) -> None:
        self._table = _Table(2, 3, counts)
        self.laid: Array[layouts.Compared] = (layouts.Compared * len(counts))(
            *(
                layouts.Compared(star, *numbers, verdict)
                for star, verdict, *numbers in self._table.places()
            )
        )

    def bands(self, matches: Iterable[BandMatches]) -> list[Compared]:
        """Return the stars beside each band."""
        each = zip(self.laid, self._table.begin, matches, strict=True)
        return [self._band(*one) for one in each]

    def _band(
        self, found: layouts.Compared, begin: int, matches: BandMatches
    ) -> HeldBand:
        here = slice(begin, begin + found.count)
        star, verdict = self._table.whole[:, here]
        difference, variance, colour = self._table.real[:, here]
        mean = found.mean_colour if found.has_colour else None
        known = star, difference, variance, colour, mean
        return HeldBand(matches, *known, verdict, found.entered)


class RoomForFits:
    """Room for the fits of bands.

    Parameters
    ----------
    counts
        How many stars each band has.
    """

    def __init__(self, counts: Sequence[int]) -> None:
        self._table = _Table(1, 2, counts)
        self._counts = counts
        self.laid: Array[layouts.Fitted] = (layouts.Fitted * len(counts))(
            *(
                layouts.Fitted(
                    scatter=np.inf, good=good, residual=residual, verdict=verdict
                )
                for verdict, good, residual in self._table.places()
            )
        )

    def told(self, entered: Iterable[int]) -> list[Fitted]:
        """Return the fits, of each of which so many stars might take part."""
        each = zip(self.laid, self._table.begin, self._counts, entered, strict=True)
        return [self._fitted(*one) for one in each]

    def _fitted(
        self, found: layouts.Fitted, begin: int, count: int, entered: int
    ) -> Fitted:
        here = slice(begin, begin + count)
        good, residual = self._table.real[:, here]
        agreement = Agreement(
            found.centre,
            found.centre_err,
            found.slope,
            found.slope_err,
            found.expected_scatter,
            good[:entered],
        )
        measured = found.scatter, found.intrinsic_scatter, found.colour_spread
        return Fitted(
            agreement, self._table.whole[0, here], residual, found.used, *measured
        )
