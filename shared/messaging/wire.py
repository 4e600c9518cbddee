"""Events as bytes: JSON, and behind it, as they are, the long columns of numbers.

An event without columns is JSON and nothing else. One with columns begins with a mark
and the length of its JSON (four bytes, big-endian), in which a column is
``@place:size`` of the bytes that follow; with ``:f4`` behind it the numbers are
float32, which tells them as well. Columns in base64 within plain JSON are read too.
"""

import re
from typing import TypeVar

from shared.columns import narrowed, widened
from shared.contracts.base import Event
from shared.contracts.values import COLUMNS

__all__ = ["CONTENT_TYPE", "content_type_of", "decoded", "encoded", "told"]

CONTENT_TYPE = "application/vnd.cpcs.columns"
_MARK = b"cpcs\x01"
_SIZE = 4
_WORD = re.compile(r"@(\d{1,12}):(\d{1,12})(:f4)?")

_Event = TypeVar("_Event", bound=Event)


class _Columns:
    """Columns behind the JSON of an event, on their way out or in."""

    def __init__(self, heard: memoryview | None = None) -> None:
        self.kept: list[bytes] = []
        self._size = 0
        self._heard = memoryview(b"") if heard is None else heard

    def keep(self, column: bytes) -> str:
        narrow = narrowed(column)
        kept = column if narrow is None else narrow
        word = f"@{self._size}:{len(kept)}" + ("" if narrow is None else ":f4")
        self.kept.append(kept)
        self._size += len(kept)
        return word

    def find(self, word: str) -> bytes:
        found = _WORD.fullmatch(word)
        if found is None:
            raise ValueError("a column is @place:size of the bytes behind the JSON")
        begin, size = int(found[1]), int(found[2])
        if begin + size > len(self._heard):
            raise ValueError("a column lies beyond the end of the message")
        column = self._heard[begin : begin + size]
        return widened(column) if found[3] else bytes(column)


def encoded(event: Event) -> bytes:
    """Return an event as bytes."""
    columns = _Columns()
    told = event.model_dump_json(context={COLUMNS: columns}).encode()
    if not columns.kept:
        return told
    return b"".join([_MARK, len(told).to_bytes(_SIZE, "big"), told, *columns.kept])


def decoded(model: type[_Event], body: bytes) -> _Event:
    """Return the event that bytes tell.

    Raises
    ------
    pydantic.ValidationError
        They tell no such event.
    """
    told, columns = _parts(memoryview(body))
    return model.model_validate_json(bytes(told), context={COLUMNS: _Columns(columns)})


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
