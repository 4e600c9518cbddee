"""What the fit works on, as the compiled library has it."""

from collections.abc import Sequence
from ctypes import Array
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.compared import (
    BLENDED,
    SMALLEST_ERROR,
    UNKNOWN_ERROR,
    Compared,
    Stars,
)
from services.calibrator.domain.compiled import layouts
from services.calibrator.domain.compiled.library import contiguous, whole_numbers
from services.calibrator.domain.fitted import Flat
from services.calibrator.domain.model import BandMatches, FloatArray, IndexArray, Prior
from services.calibrator.domain.outcome import ZeroPoint
from shared.kernel.pointers import pointer

__all__ = ["HeldBand", "Kept", "bands_of", "held_of", "uploaded_of"]

_NO_PRIOR = Prior()  # only a fit asks for one

Kept = list[NDArray[Any]]
"""Arrays that a structure points into: they live as long as these are held."""

_Held = tuple[layouts.Held, Kept]


def uploaded_of(stars: Stars) -> tuple[layouts.Uploaded, Kept]:
    """Return the uploaded stars of an image."""
    kept: Kept = [
        contiguous(stars.mag),
        contiguous(stars.variance),
        whole_numbers(stars.verdict),
        stars.marks,
    ]
    if len({len(each) for each in kept}) > 1:
        raise ValueError("columns of the uploaded stars differ in length")
    return layouts.Uploaded(len(kept[0]), *map(pointer, kept)), kept


def bands_of(
    bands: Sequence[BandMatches],
) -> tuple["Array[layouts.Band]", "_Shared"]:
    """Return the bands' side of the pairs."""
    shared = _Shared()
    each = [_band_of(matches, shared) for matches in bands]
    return (layouts.Band * len(each))(*each), shared


class _Shared:
    """Where columns are: many belong to all bands of a survey."""

    def __init__(self) -> None:
        self._at: dict[tuple[int, type], tuple[int, NDArray[Any], NDArray[Any]]] = {}

    def at(self, column: NDArray[Any], kind: type[np.generic]) -> int:
        """Return where a column is, as C has it, while this is held."""
        key = id(column), kind
        if key not in self._at:
            own = np.ascontiguousarray(column, dtype=kind)
            self._at[key] = pointer(own), own, column
        return self._at[key][0]


def _band_of(matches: BandMatches, shared: _Shared) -> layouts.Band:
    columns = (
        (matches.star, np.int64),
        (matches.mag, np.float64),
        (matches.mag_err, np.float64),
        (matches.colour, np.float64),
        (matches.blended, np.uint8),
    )
    size = len(matches.star)
    if any(len(column) != size for column, _ in columns if column is not None):
        raise ValueError(f"columns of {matches.name} differ in length")
    at = [None if each is None else shared.at(each, kind) for each, kind in columns]
    least = max(matches.floor, SMALLEST_ERROR)
    return layouts.Band(size, *at, BLENDED, least, UNKNOWN_ERROR)


class HeldBand(Compared):
    """The stars beside a band, which fits and samples point into again and again.

    It stays in this process: what C has of it cannot be pickled.
    """

    @cached_property
    def held(self) -> _Held:
        """They as C has them."""
        numbers = self.difference, self.variance, self.colour
        return _held(self.star, numbers, self.verdict)


def held_of(
    bands: Sequence[Compared] | Sequence[Flat] | Sequence[ZeroPoint],
) -> tuple["Array[layouts.Held]", Kept]:
    """Return the stars of bands before their fits, without the run, or after them."""
    each = [_held_of(one) for one in bands]
    held = (layouts.Held * len(each))(*(one for one, _arrays in each))
    return held, [array for _one, arrays in each for array in arrays]


def _held_of(one: Compared | Flat | ZeroPoint) -> _Held:
    if isinstance(one, HeldBand):
        return one.held
    if isinstance(one, Flat):
        return _flat(one)
    left = one.residual if isinstance(one, ZeroPoint) else one.difference
    return _held(one.star, (left, one.variance, one.colour), one.verdict)


def _flat(one: Flat) -> _Held:
    held, kept = _held_of(one.band)
    flat = layouts.Held.from_buffer_copy(held)
    flat.mean, flat.sigma = one.prior.mean, one.prior.sigma
    if one.difference is not one.band.difference:
        kept = [*kept, contiguous(one.difference)]
        flat.difference = pointer(kept[-1])
    return flat, kept


def _held(
    star: IndexArray, numbers: Sequence[FloatArray], verdict: IndexArray
) -> _Held:
    kept: Kept = [
        whole_numbers(star),
        *map(contiguous, numbers),
        whole_numbers(verdict),
    ]
    at = map(pointer, kept)
    return layouts.Held(len(star), *at, _NO_PRIOR.mean, _NO_PRIOR.sigma), kept
