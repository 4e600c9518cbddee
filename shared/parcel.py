"""Several things as one piece of bytes, as they go through a worker's pipe.

A line of JSON, and behind it byte strings of which the line tells the lengths.
"""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["opened", "parcel"]

_LENGTHS = "parts"


def parcel(told: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """Return what is told, and the byte strings, in one."""
    lengths = {name: len(part) for name, part in parts.items()}
    line = json.dumps({**told, _LENGTHS: lengths}).encode()
    return b"\n".join([line, b"".join(parts.values())])


def opened(whole: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what is told, and the byte strings by their names."""
    line, _, rest = whole.partition(b"\n")
    told: dict[str, Any] = json.loads(line)
    parts, place = {}, 0
    for name, length in told.pop(_LENGTHS).items():
        parts[name] = rest[place : place + length]
        place += length
    return told, parts
