"""What a catalogue says against its stars: flags and shapes.

Names and bits are SExtractor's; see its manual, "Flagging", "Star/galaxy
classification" and "Spread model".
"""

from collections.abc import Callable, Mapping

import numpy as np

from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.quality import Quality

__all__ = ["CHIP", "FURTHER", "quality_of"]

CHIP = "EXT_NUMBER"
"""The column that numbers the chips of a mosaic."""

_NO_STAR = 0.05
_SPREAD = 0.01
_WIDE = 2.0
_FIFTH = 0.2
_FLAGS = (
    (1 | 2, Quality.CROWDED),
    (4, Quality.SATURATED),
    (8 | 16 | 32 | 64 | 128, Quality.CUT_OFF),
)
_MARKS: IndexArray = np.bitwise_or.reduce(
    [np.where(np.arange(256) & bits, int(mark), 0) for bits, mark in _FLAGS]
)
"""Of all flags that there are."""


def _of_flags(flags: FloatArray) -> IndexArray:
    told = np.where((flags >= 0) & (flags < 2**16), flags, 0).astype(np.intp)
    return _MARKS.take(told & (len(_MARKS) - 1))


def _marked(mark: Quality, where: Callable[[FloatArray], BoolArray]) -> "_Reader":
    return lambda column: np.multiply(where(column), int(mark), dtype=np.intp)


def _wide(fwhm: FloatArray) -> BoolArray:
    """Return what is twice as wide as the narrowest fifth: stars are all alike."""
    real = fwhm[(fwhm > 0) & np.isfinite(fwhm)]
    if not len(real):
        return np.zeros(len(fwhm), dtype=bool)
    wide: BoolArray = fwhm > _WIDE * _narrowest_fifth(real)
    return wide


def _narrowest_fifth(fwhm: FloatArray) -> float:
    """Return the width that a fifth is below: lighter than numpy's quantile."""
    last = len(fwhm) - 1
    lower, share = divmod(_FIFTH * last, 1)
    places = int(lower), min(int(lower) + 1, last)
    parted = np.partition(fwhm, places)
    below, above = parted[list(places)].tolist()
    return float(below + share * (above - below))


_Reader = Callable[[FloatArray], IndexArray]

_READERS: Mapping[str, _Reader] = {
    "FLAGS": _of_flags,
    "FLAGS_WIN": _marked(Quality.CROWDED, lambda flags: flags > 0),
    "IMAFLAGS_ISO": _marked(Quality.BAD_PIXELS, lambda flags: flags > 0),
    "CLASS_STAR": _marked(Quality.EXTENDED, lambda star: star < _NO_STAR),
    "SPREAD_MODEL": _marked(Quality.EXTENDED, lambda spread: spread > _SPREAD),
    "FWHM_IMAGE": _marked(Quality.EXTENDED, _wide),
    "FWHM_WORLD": _marked(Quality.EXTENDED, _wide),
}

FURTHER = (*_READERS, CHIP)
"""Columns that are read where they are, and not missed where they are not."""


def quality_of(further: Mapping[str, FloatArray], rows: int) -> FloatArray:
    """Return the marks of each star, sums of ``Quality``, shape (n,).

    Parameters
    ----------
    further
        Columns by their names, NaN where nothing stands.
    rows
        How many stars there are.
    """
    marks = np.zeros(rows, dtype=np.intp)
    for name, column in further.items():
        if name in _READERS:
            marks |= _READERS[name](np.where(np.isnan(column), 0.0, column))
    return marks.astype(np.float64)
