"""SExtractor's ASCII_HEAD catalogues.

A header line ``#   N NAME comment [unit]`` says that column N (from 1) begins NAME;
a vector takes the columns up to the next number.
"""

import re
from collections.abc import Iterator
from io import StringIO

import numpy as np

from services.ingest.domain.columns import Columns, choose_columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.stars import Stars

__all__ = ["read_ascii_head"]

_HEADER = re.compile(r"#\s*(\d{1,4})\s+([A-Za-z][A-Za-z0-9_]*)")
_HINT = "Set CATALOG_TYPE to ASCII_HEAD in SExtractor's configuration"


def read_ascii_head(text: str) -> tuple[Stars, Columns]:
    """Return all rows of a catalogue, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        No header, a missing column, a row that does not parse, no row at all.
    """
    numbers = _header(text)
    if not numbers:
        raise UnreadableFileError("The file has no SExtractor header.", _HINT)
    columns = choose_columns(numbers)
    wanted = [numbers[name] for name in columns.names()]
    _check_widths(text, max(wanted) + 1)
    try:
        table = np.loadtxt(StringIO(text), comments="#", usecols=wanted, ndmin=2)
    except ValueError as fault:
        raise _bad_number(text, wanted, columns) from fault
    mag, mag_err, ra, dec = table.T
    return Stars(ra, dec, mag, mag_err), columns


def _header(text: str) -> dict[str, int]:
    """Return the first column, from 0, of each name."""
    numbers: dict[str, int] = {}
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        found = _HEADER.match(line.strip())
        if found and int(found[1]) > 0:
            numbers.setdefault(found[2].upper(), int(found[1]) - 1)
    return numbers


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each row with the number of its line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if words := line.partition("#")[0].split():
            yield number, words


def _check_widths(text: str, needed: int) -> None:
    """Refuse rows of unequal width: their numbers may stand in the wrong column."""
    rows = [line for line in text.split("\n") if line and line[0] != "#"]
    widths = set(map(len, map(str.split, rows)))
    if (
        len(widths) == 1
        and widths.pop() >= needed
        and not any("#" in it for it in rows)
    ):
        return
    _refuse_first_odd_row(text, needed)


def _refuse_first_odd_row(text: str, needed: int) -> None:
    width = 0
    for number, words in _rows(text):
        width = width or len(words)
        if len(words) != width or width < needed:
            raise UnreadableFileError(
                f"Line {number} has {len(words)} columns, {max(width, needed)} "
                "are expected.",
                "The file may be cut short or its columns may run together",
            )
    if not width:
        raise UnreadableFileError("The file has a header but no stars.")


def _bad_number(text: str, wanted: list[int], columns: Columns) -> UnreadableFileError:
    """Find the first number that does not parse."""
    for number, words in _rows(text):
        for place, name in zip(wanted, columns.names(), strict=True):
            if not _is_number(words[place]):
                word = words[place][:20]
                return UnreadableFileError(
                    f"Line {number}: {word} is no number for {name}."
                )
    return UnreadableFileError("The rows are not a table of numbers.")


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return "_" not in word
