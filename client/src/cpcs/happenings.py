"""What subscribers hear of points: recorded, revised, taken back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Deleted", "Point", "heard"]

_RECORDED, _DELETED = "observation.recorded.v1", "observation.deleted.v1"


@dataclass(frozen=True)
class Point:
    """A calibrated point; a higher revision of a number takes the place of a lower.

    Times are MJD [d] (UTC, mid-exposure), magnitudes [mag]; ``total_err`` is −1 for an
    upper limit.
    """

    number: int
    revision: int
    target: str
    mjd: float
    exposure_time: float
    mag: float
    total_err: float
    is_limit: bool
    survey: str
    band: str
    mode: str
    observatory: str
    upload: str


@dataclass(frozen=True)
class Deleted:
    """A point was taken off its light curve, by its number."""

    number: int
    revision: int


def heard(kind: str, body: bytes) -> Point | Deleted | None:
    """Return what a message tells; ``None`` for another kind of message."""
    content = json.loads(body)
    if kind == _DELETED:
        return Deleted(content["observation_id"], content["revision"])
    return _point(content) if kind == _RECORDED else None


def _point(content: Mapping[str, Any]) -> Point:
    frame, magnitude = content["frame"], content["magnitude"]
    fit, limit = content["zero_point"], magnitude["mag_err"] < 0
    depth = magnitude.get("depth")
    return Point(
        number=content["observation_id"],
        revision=content["revision"],
        target=frame["target"]["ivorn"],
        mjd=frame["mjd"],
        exposure_time=frame["exposure_time"],
        mag=depth if limit and depth is not None else magnitude["mag"],
        total_err=magnitude["total_err"],
        is_limit=limit,
        survey=fit["survey"],
        band=fit["band"],
        mode=content["mode"],
        observatory=frame["observer"]["name"],
        upload=frame["upload_id"],
    )
