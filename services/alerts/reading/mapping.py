"""Streams of JSON and Avro that are declared, each by a file, and need no code."""

import hashlib
import json
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.alerts.domain.packet import Packet, placed
from services.alerts.reading.fault import UnreadableError
from shared.kernel.names import printable

__all__ = ["Mapped", "mapped", "mappings_in", "ours"]

_OURS = Path(__file__).parents[1] / "mappings"
_MOST_OBJECTS = 500
_LONGEST = 100
_MOST_ALIASES = 20


@dataclass(frozen=True)
class Mapped:
    """Where the objects of a stream's messages are, and what they are called.

    The keys are those of the files, as ``mappings/README.md`` has them.
    """

    stem: str
    has: tuple[str, ...]
    id: str
    ra: str
    dec: str
    list: str = ""
    prefix: str = ""
    error: str = ""
    error_unit: float = 1.0
    aliases: str = ""
    classification: str = ""
    link: str = ""

    def fits(self, content: Mapping[str, Any]) -> bool:
        """Tell whether a message is of this stream."""
        return all(_at(content, path) is not None for path in self.has)

    def objects(self, content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a message."""
        found = _at(content, self.list) if self.list else content
        listed = found if isinstance(found, list) else [found]
        yield from (one for one in listed[:_MOST_OBJECTS] if isinstance(one, Mapping))

    def packet(self, content: Mapping[str, Any]) -> Packet:
        """Return what is said of one object."""
        plain = _words(_at(content, self.id))
        name = _words(_at(content, self.prefix) or self.prefix) + plain
        ra, dec = (_number(_at(content, path)) for path in (self.ra, self.dec))
        error = _number(_at(content, self.error))
        place, fault = None, "it has no position"
        if ra is not None and dec is not None:
            place, fault = placed(ra, dec, error and error * self.error_unit)
        return Packet(
            ivorn=f"{self.stem}#{name}-{_mark(content)}",
            role="observation",
            position=place,
            fault=fault,
            ids=(name,) if plain else (),
            aliases=tuple(_names(_at(content, self.aliases))),
            why=_words(_at(content, self.classification)),
            link=self.link.format(id=plain) if plain else "",
        )


def _mark(content: Mapping[str, Any]) -> str:
    """Return what tells one message about an object from the next."""
    told = json.dumps(content, sort_keys=True, default=repr)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def mapped(content: Mapping[str, Any], mappings: Sequence[Mapped]) -> list[Packet]:
    """Return a packet for each object of a message, if its stream is declared."""
    for one in mappings:
        if one.fits(content):
            packets = [one.packet(found) for found in one.objects(content)]
            if packets:
                return packets
    return []


def mappings_in(folder: Path) -> tuple[Mapped, ...]:
    """Return the mappings of a folder, by the names of their files.

    Raises
    ------
    UnreadableError
        A file is not what it should be.
    """
    return tuple(_mapping(path) for path in sorted(folder.glob("*.toml")))


@cache
def ours() -> tuple[Mapped, ...]:
    """Return the mappings that come with the server."""
    return mappings_in(_OURS)


def _mapping(path: Path) -> Mapped:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return Mapped(**{**content, "has": tuple(content["has"])})
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise UnreadableError(f"{path.name} is no mapping: {fault}"[:100]) from fault


def _at(content: Any, path: str) -> Any:
    """Return what stands at a path, of lists on the way in the first; or ``None``."""
    found = content
    for step in path.split("."):
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _words(value: Any) -> str:
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    return "_".join(printable(str(value), _LONGEST).split()) if plain else ""


def _names(value: Any) -> list[str]:
    """Return names out of a list, or of text with commas between."""
    parts = value.split(",") if isinstance(value, str) else value
    listed = parts if isinstance(parts, list) else []
    return [name for one in listed[:_MOST_ALIASES] if (name := _words(one))]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
