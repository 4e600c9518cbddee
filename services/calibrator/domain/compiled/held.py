"""What the fit works on, as the compiled library has it."""

from collections.abc import Sequence
from ctypes import Array
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
from services.calibrator.domain.compiled.library import (
    contiguous,
    pointer,
    whole_numbers,
)
from services.calibrator.domain.fitted import Flat
from services.calibrator.domain.model import BandMatches, FloatArray, IndexArray, Prior
from services.calibrator.domain.outcome import ZeroPoint

__all__ = ["Kept", "band_of", "held_of", "rows_of", "uploaded_of"]

_NO_PRIOR = Prior()  # only a fit asks for one

Kept = list[NDArray[Any]]
"""Arrays that a structure points into: they live as long as these are held."""


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


def band_of(matches: BandMatches) -> tuple[layouts.Band, Kept]:
    """Return a band's side of the pairs."""
    kept: Kept = [
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


def held_of(
    bands: Sequence[Compared] | Sequence[Flat] | Sequence[ZeroPoint],
) -> tuple["Array[layouts.Held]", Kept]:
    """Return the stars of bands before their fits, without the run, or after them."""
    each = [_held_of(one) for one in bands]
    held = (layouts.Held * len(each))(*(one for one, _arrays in each))
    return held, [array for _one, arrays in each for array in arrays]


def _held_of(one: Compared | Flat | ZeroPoint) -> tuple[layouts.Held, Kept]:
    if isinstance(one, Flat):
        numbers = one.difference, one.band.variance, one.band.colour
        return _held(one.band.star, numbers, one.band.verdict, one.prior)
    left = one.residual if isinstance(one, ZeroPoint) else one.difference
    return _held(one.star, (left, one.variance, one.colour), one.verdict, _NO_PRIOR)


def rows_of(numbers: NDArray[Any]) -> list[int]:
    """Return where each row of a table begins."""
    first = pointer(numbers)
    return [first + row * numbers.strides[0] for row in range(len(numbers))]


def _held(
    star: IndexArray, numbers: Sequence[FloatArray], verdict: IndexArray, prior: Prior
) -> tuple[layouts.Held, Kept]:
    kept: Kept = [
        whole_numbers(star),
        *map(contiguous, numbers),
        whole_numbers(verdict),
    ]
    at = map(pointer, kept)
    return layouts.Held(len(star), *at, prior.mean, prior.sigma), kept
