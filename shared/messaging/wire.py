"""Events as bytes: JSON, and behind it, as they are, the long columns of numbers.

An event without columns is JSON and nothing else. One with columns begins with a mark
and the length of its JSON (four bytes, big-endian), in which a column is
``@place:size`` of the bytes that follow. Columns in base64 within plain JSON are read
as well.
"""

from typing import TypeVar

from shared.contracts.base import Event
from shared.contracts.values import COLUMNS

__all__ = ["CONTENT_TYPE", "content_type_of", "decoded", "encoded", "told"]

CONTENT_TYPE = "application/vnd.cpcs.columns"
_MARK = b"cpcs\x01"
_SIZE = 4

_Event = TypeVar("_Event", bound=Event)


def encoded(event: Event) -> bytes:
    """Return an event as bytes."""
    columns: list[bytes] = []
    told = event.model_dump_json(context={COLUMNS: columns}).encode()
    if not columns:
        return told
    return b"".join([_MARK, len(told).to_bytes(_SIZE, "big"), told, *columns])


def decoded(model: type[_Event], body: bytes) -> _Event:
    """Return the event that bytes tell.

    Raises
    ------
    pydantic.ValidationError
        They tell no such event.
    """
    told, columns = _parts(memoryview(body))
    return model.model_validate_json(bytes(told), context={COLUMNS: columns})


def content_type_of(body: bytes) -> str:
    """Return the media type of an event's bytes."""
    return CONTENT_TYPE if body.startswith(_MARK) else "application/json"


def told(body: bytes) -> str:
    """Return the readable part of a body, whatever it holds."""
    return bytes(_parts(memoryview(body))[0]).decode(errors="replace")


def _parts(body: memoryview) -> tuple[memoryview, memoryview]:
    if body[: len(_MARK)] != _MARK:
        return body, body[:0]
    begin = len(_MARK) + _SIZE
    end = begin + int.from_bytes(body[len(_MARK) : begin], "big")
    return body[begin:end], body[end:]
