"""Positions in other units than degrees."""

import math

from services.ingest.domain.faults import UnreadableFileError

__all__ = ["degrees_in"]

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
