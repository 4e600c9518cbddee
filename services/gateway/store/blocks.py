"""Blocks of a light curve's points, packed into a few bytes each."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = [
    "DRAWN",
    "Point",
    "drawn_of",
    "packed",
    "unpacked_columns",
    "unpacked_points",
]

Point = dict[str, Any]
"""What files show of a point, as JSON keeps it."""

_LEVEL = 1
_PATHS = {
    "mjd": "frame.mjd",
    "mag": "magnitude.mag",
    "mag_err": "magnitude.mag_err",
    "err": "magnitude.total_err",
    "depth": "magnitude.depth",
    "survey": "zero_point.survey",
    "band": "zero_point.band",
    "observatory": "frame.observer.name",
    "observer": "frame.observer.id",
    "mode": "mode",
    "calibration": "frame.upload_id",
    "exposure": "frame.exposure_time",
    "comment": "frame.comment",
}
DRAWN = ("id", *_PATHS)
"""What a drawn light curve shows of each point."""


def drawn_of(number: int, point: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a drawn light curve shows of a point, in the order of ``DRAWN``."""
    return (number, *(_at(point, path) for path in _PATHS.values()))


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[name]
    return document


def packed(points: Mapping[int, Point]) -> dict[str, Any]:
    """Return the fields of a block of points, given by their numbers."""
    rows = [drawn_of(*each) for each in points.items()]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(DRAWN)
    return {
        "first": min(points, default=0),
        "last": max(points, default=0),
        "points": _shrunk([[number, point] for number, point in points.items()]),
        "columns": _shrunk(columns),
    }


def unpacked_points(blocks: Iterable[Mapping[str, Any]]) -> dict[int, Point]:
    """Return the points of some blocks by their numbers."""
    return {
        number: point for block in blocks for number, point in _whole(block["points"])
    }


def unpacked_columns(blocks: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Return the columns of some blocks, one behind the other."""
    columns: list[list[Any]] = [[] for _ in DRAWN]
    for block in blocks:
        for column, more in zip(columns, _whole(block["columns"]), strict=True):
            column.extend(more)
    return columns


def _shrunk(content: Sequence[Any]) -> bytes:
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), _LEVEL)


def _whole(shrunk: bytes) -> Any:
    return json.loads(zlib.decompress(shrunk))
