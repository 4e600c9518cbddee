"""Positions in other units than degrees."""

import math
import re
from collections.abc import Sequence

import numpy as np

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.nulls import is_null
from shared.kernel.arrays import FloatArray

__all__ = ["degrees_in", "degrees_of"]

_PARTS = re.compile(
    r"([+-]?)\s*(\d{1,3})[:\sh\u00b0d]+(\d{1,2})[:\sm']+(\d{1,2}(?:\.\d*)?)\s*[s\"]?"
)
_MINUTES = 60

_DEGREES = {
    **dict.fromkeys(("", "deg", "degree", "degrees"), 1.0),
    **dict.fromkeys(("rad", "radian", "radians"), math.degrees(1)),
    **dict.fromkeys(("hourangle", "hour", "hours", "hr", "h"), 15.0),
    **dict.fromkeys(("arcmin",), 1 / 60),
    **dict.fromkeys(("arcsec",), 1 / 3600),
    **dict.fromkeys(("mas",), 1 / 3_600_000),
}


def degrees_in(unit: str, column: str) -> float:
    """Return how many degrees a unit is.

    Raises
    ------
    UnreadableFileError
        Nobody knows it as an angle.
    """
    degrees = _DEGREES.get(unit.casefold())
    if degrees is None:
        raise UnreadableFileError(
            f"{column} is in {unit[:20]}: degrees are expected.",
            "Write positions in degrees",
        )
    return degrees


def degrees_of(words: Sequence[str], column: str, *, hours: bool) -> FloatArray:
    """Return angles [deg] written as decimal degrees, or in sixties.

    Parameters
    ----------
    hours
        Whether those in sixties begin with hours: a right ascension.

    Raises
    ------
    UnreadableFileError
        A word is no angle.
    """
    try:
        return np.array(words, dtype=np.float64)
    except ValueError:
        return np.array([_degrees(word.strip(), column, hours=hours) for word in words])


def _degrees(word: str, column: str, *, hours: bool) -> float:
    if not word or is_null(word):
        return math.nan
    try:
        return float(word)
    except ValueError as fault:
        found = _PARTS.fullmatch(word)
        if found is None or max(int(found[3]), float(found[4])) >= _MINUTES:
            raise UnreadableFileError(
                f"{word[:20]} is no angle for {column}.", "Write positions in degrees"
            ) from fault
    size = int(found[2]) + int(found[3]) / 60 + float(found[4]) / 3600
    return math.copysign(size * (15 if hours else 1), -1 if found[1] == "-" else 1)
