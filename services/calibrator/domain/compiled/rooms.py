"""Where the compiled library puts what it finds of bands."""

from collections.abc import Iterable, Sequence
from ctypes import Array
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


class _Table:
    """A band's rows of numbers.

    Not those of all bands in one: an array that is large is given back to the system
    by glibc and handed over anew, page by page, for each image.
    """

    def __init__(self, whole: int, real: int, count: int) -> None:
        self.whole = np.empty((whole, count), dtype=np.int64)
        self.real = np.empty((real, count))

    def places(self) -> list[int]:
        """Return where the rows begin, whole numbers first."""
        return [*_rows_of(self.whole), *_rows_of(self.real)]


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
        self._tables = [_Table(2, 3, count) for count in counts]
        places = [table.places() for table in self._tables]
        self.laid: Array[layouts.Compared] = (layouts.Compared * len(counts))(
            *(
                layouts.Compared(star, *numbers, verdict)
                for star, verdict, *numbers in places
            )
        )

    def bands(self, matches: Iterable[BandMatches]) -> list[Compared]:
        """Return the stars beside each band."""
        each = zip(self.laid, self._tables, matches, strict=True)
        return [_band(*one) for one in each]


def _band(found: layouts.Compared, table: _Table, matches: BandMatches) -> HeldBand:
    star, verdict = table.whole[:, : found.count]
    difference, variance, colour = table.real[:, : found.count]
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
        self._tables = [_Table(1, 2, count) for count in counts]
        places = [table.places() for table in self._tables]
        self.laid: Array[layouts.Fitted] = (layouts.Fitted * len(counts))(
            *(
                layouts.Fitted(
                    scatter=np.inf, good=good, residual=residual, verdict=verdict
                )
                for verdict, good, residual in places
            )
        )

    def told(self, entered: Iterable[int]) -> list[Fitted]:
        """Return the fits, of each of which so many stars might take part."""
        each = zip(self.laid, self._tables, entered, strict=True)
        return [_fitted(*one) for one in each]


def _fitted(found: layouts.Fitted, table: _Table, entered: int) -> Fitted:
    (verdict,), (good, residual) = table.whole, table.real
    agreement = Agreement(
        found.centre,
        found.centre_err,
        found.slope,
        found.slope_err,
        found.expected_scatter,
        good[:entered],
    )
    measured = found.scatter, found.intrinsic_scatter, found.colour_spread
    return Fitted(agreement, verdict, residual, found.used, *measured)
