"""Jobs as an older version kept them: an answer was JSON without its event's key."""

from collections.abc import Mapping
from typing import Any

__all__ = ["renewed"]

_TOLD_BY = {
    "magnitude": "observation.recorded.v1",
    "ranking": "calibration.failed.v1",
    "star_ra": "cone.served.v1",
    "packet": "packet.decided.v1",
    "alert": "alert.created.v1",
    "observer_id": "colour.forgotten.v1",
    "observation_id": "observation.deleted.v1",
}
"""A field that only one kind of answer has."""


def renewed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a job that are kept in another way now."""
    request, answer = document["request"], document["answer"]
    if "key" in request:
        return {}
    known = next((key for field, key in _TOLD_BY.items() if field in answer), None)
    kept = {} if known is None else {"key": known, "content": answer}
    return {"request": {"key": document["event"], "content": request}, "answer": kept}
