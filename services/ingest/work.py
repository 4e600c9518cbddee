"""Reading a star list in a process of its own: bytes in, bytes out."""

import json
from dataclasses import fields

import numpy as np

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import Reading, read_catalogue
from services.ingest.domain.stars import Stars

__all__ = ["read", "reading_of"]

_COLUMNS = len(fields(Stars))


def read(content: bytes) -> bytes:
    """Return the reading of an uploaded file, or why there is none, as bytes.

    One line of JSON; behind it the columns of ``Stars`` as little-endian float64.
    """
    try:
        reading = read_catalogue(content)
    except UnreadableFileError as fault:
        return _line({"sentence": str(fault), "hint": fault.hint})
    stars = reading.stars
    told = {"dropped": reading.rows_dropped, "warnings": reading.warnings}
    columns = np.stack(list(vars(stars).values()))
    return _line(told) + columns.astype("<f8").tobytes()


def _line(told: dict[str, object]) -> bytes:
    return json.dumps(told).encode() + b"\n"


def reading_of(answer: bytes) -> Reading:
    """Return the reading that a worker's answer tells.

    Raises
    ------
    UnreadableFileError
        There is none; its text says why.
    """
    line, _, columns = answer.partition(b"\n")
    told = json.loads(line)
    if "sentence" in told:
        raise UnreadableFileError(told["sentence"], told["hint"])
    stars = Stars(*np.frombuffer(columns, "<f8").reshape(_COLUMNS, -1))
    return Reading(stars, told["dropped"], tuple(told["warnings"]))
