"""Server-sent events, line by line."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

__all__ = ["Happening", "Lines", "events_path"]


@dataclass(frozen=True)
class Happening:
    """What happened: an ``observation``, ``deletion``, ``target`` or ``packet``."""

    id: str
    kind: str
    content: dict[str, Any]


def events_path(target: str) -> str:
    """Return where a target's events are, or those of all."""
    one = f"targets/{quote(target, safe='')}/events"
    return f"/api/v1/{one if target else 'events'}"


class Lines:
    """Puts the lines of a stream together (WHATWG HTML, section 9.2)."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def take(self, line: str) -> Happening | None:
        """Return a happening where this line ends one."""
        if line:
            name, _, text = line.partition(":")
            self._fields.setdefault(name, []).append(text.removeprefix(" "))
            return None
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        kind, id = fields.get("event", ["message"])[-1], fields.get("id", [""])[-1]
        return Happening(id, kind, json.loads("\n".join(fields["data"])))
