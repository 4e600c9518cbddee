"""SExtractor's ASCII_HEAD catalogues.

A header line ``#   N NAME comment [unit]`` says that column N (from 1) begins NAME;
a vector takes the columns up to the next number.
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from services.ingest.domain.columns import Columns, choose_columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.names import canonical
from services.ingest.domain.nulls import is_null
from services.ingest.domain.plain_rows import plain_rows
from services.ingest.domain.quality import CHIP, quality_of
from services.ingest.domain.stars import Stars
from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["has_header", "read_ascii_head"]

_HEADER = re.compile(r"#\s*(\d{1,4})\s+([A-Za-z]\S*)")
_COMMENT = re.compile(r"(?:^|\s)#")
_FROM_ZERO = "The header numbers its columns from 0, not from 1."
_FEWEST_ALIKE = 5
_INKED = bytes(not chr(code).isspace() for code in range(256))
_CUT = "The last line has no end and is left out: the file may be cut short."

Rows = dict[int, str]
"""Rows without comments, by the number of their line."""

_Read = tuple[FloatArray, dict[str, FloatArray]]
"""The four columns, shape (n, 4), and further ones by their names."""


@dataclass(frozen=True)
class _Header:
    """The first column, from 0, of each name; where it counts from; doubled names."""

    numbers: Mapping[str, int]
    first: int
    twice: Container[str]

    def oddities(self, names: Iterable[str]) -> list[str]:
        """Return what is odd about it for who reads the columns of some names."""
        doubled = [name for name in names if name in self.twice]
        told = [f"{name} stands twice: the first is read." for name in doubled]
        return told if self.first else [*told, _FROM_ZERO]


def read_ascii_head(text: str) -> tuple[Stars, Columns]:
    """Return all rows of a catalogue, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        A missing column, a row that does not parse, no row at all.
    """
    lines, body = _opening(text)
    header = _header(lines)
    columns = choose_columns(header.numbers)
    columns = columns.with_notes(*header.oddities(columns.names()))
    read = _plain(text[body:], header, columns)
    if read is None:
        columns, read = _row_by_row(text, header, columns)
    measured, further = read
    bright, doubt, ra, dec = measured.T
    mag, mag_err = columns.measured(bright, doubt)
    chip = further.get(CHIP, np.zeros(len(mag)))
    return Stars(ra, dec, mag, mag_err, quality_of(further, len(mag)), chip), columns


def _plain(text: str, header: _Header, columns: Columns) -> _Read | None:
    """Return what rows hold that are all alike and nothing but numbers."""
    first = text[: text.find("\n") + 1].split()
    named = columns.names()
    further = _within(columns.further, header, len(first))
    wanted = [header.numbers[name] for name in (*named, *further)]
    numbers = plain_rows(text, len(first), wanted)
    if numbers is None:
        return None
    beside = dict(zip(further, numbers[:, len(named) :].T, strict=True))
    return numbers[:, : len(named)], beside


def _within(further: tuple[str, ...], header: _Header, width: int) -> tuple[str, ...]:
    """Return further columns unless rows are too narrow for any of them."""
    return () if any(header.numbers[name] >= width for name in further) else further


def _row_by_row(text: str, header: _Header, columns: Columns) -> tuple[Columns, _Read]:
    """Return what rows hold, whatever is odd about them, and what to tell of it."""
    rows = _rows(text)
    widths = _widths(rows)
    if summary := _summary(rows, widths):
        rows.pop(summary)
        widths = widths[1:]
        columns = columns.with_notes(f"Line {summary} is no star: it is left out.")
    needed = 1 + max(header.numbers[name] for name in columns.names())
    _check_widths(rows, widths, needed)
    if not text.endswith("\n") and _last_is_odd(rows):
        rows, columns = dict(list(rows.items())[:-1]), columns.with_notes(_CUT)
    return columns, _measured(rows, header, columns)


def _measured(rows: Rows, header: _Header, columns: Columns) -> _Read:
    """Return the four columns, shape (n, 4), and what there is of further ones."""
    names = columns.names()
    width = len(next(iter(rows.values())).split())
    further = _within(columns.further, header, width)
    wanted = [header.numbers[name] for name in (*names, *further)]
    lines = list(rows.values())
    try:
        numbers = np.loadtxt(lines, comments=None, usecols=wanted, ndmin=2)
    except ValueError:  # words stand among the numbers: which ones is told below
        own = _numbers(rows, wanted[: len(names)], names)
        return own, _further(rows, wanted[len(names) :], further)
    beside = numbers[:, len(names) :].T
    return numbers[:, : len(names)], dict(zip(further, beside, strict=True))


def _further(
    rows: Rows, wanted: list[int], names: tuple[str, ...]
) -> dict[str, FloatArray]:
    """Return columns that may be wanting: NaN for a word."""
    if not names:
        return {}
    try:
        numbers = np.loadtxt(
            list(rows.values()), comments=None, usecols=wanted, ndmin=2
        )
    except ValueError:
        numbers = np.array(
            [
                [_perhaps(row.split()[place]) for place in wanted]
                for row in rows.values()
            ]
        )
    return dict(zip(names, numbers.T, strict=True))


def _perhaps(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def has_header(text: str) -> bool:
    """Tell whether a text begins as SExtractor's catalogues do."""
    return any(map(_HEADER.match, _opening(text)[0]))


def _header(lines: Iterable[str]) -> _Header:
    found = [
        (line[2].upper(), int(line[1])) for line in map(_HEADER.match, lines) if line
    ]
    first = 0 if any(number == 0 for _, number in found) else 1
    numbers: dict[str, int] = {}
    twice = set()
    for name, number in found:
        if numbers.setdefault(name, number - first) != number - first:
            twice.add(name)
    for name in list(numbers):
        numbers.setdefault(canonical(name), numbers[name])
    return _Header(numbers, first, twice)


def _opening(text: str) -> tuple[list[str], int]:
    """Return the lines before the first row, bare, and where that begins."""
    lines, begin = [], 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        bare = text[begin:end].strip()
        if bare and not bare.startswith("#"):
            break
        lines.append(bare)
        begin = end
    return lines, begin


def _rows(text: str) -> Rows:
    return {
        number: row
        for number, line in enumerate(text.split("\n"), start=1)
        if (row := _COMMENT.split(line, maxsplit=1)[0] if "#" in line else line)
        and not row.isspace()
    }


def _widths(rows: Rows) -> IndexArray:
    """Return how many words each row has."""
    text = "\n".join(["", *rows.values()])
    if not text.isascii():
        return np.array([len(row.split()) for row in rows.values()], dtype=np.intp)
    inked = np.frombuffer(text.encode().translate(_INKED), dtype=np.uint8)
    begins = np.flatnonzero(inked[1:] > inked[:-1])
    ends = np.cumsum([0, *(len(row) + 1 for row in rows.values())])
    return np.diff(np.searchsorted(begins, ends)).astype(np.intp)


def _last_is_odd(rows: Rows) -> bool:
    """Tell whether the last row is not as long as all others are."""
    *lengths, last = map(len, rows.values())
    return any(length != last for length in lengths)


def _summary(rows: Rows, widths: IndexArray) -> int | None:
    """Return the number of a first row of numbers that alone is not as wide as all.

    A word in it that is no number would rather be two columns that run together.
    """
    alone = len(widths) > _FEWEST_ALIKE and np.ptp(widths[1:]) == 0
    if not alone or widths[0] == widths[1]:
        return None
    number, row = next(iter(rows.items()))
    return None if np.isnan(list(map(_perhaps, row.split()))).any() else number


def _check_widths(rows: Rows, widths: IndexArray, needed: int) -> None:
    """Refuse rows of unequal width: their numbers may stand in the wrong column."""
    if not rows:
        raise UnreadableFileError("The file has a header but no stars.")
    width = max(needed, int(widths[0]))
    odd = np.flatnonzero(widths != width)
    if len(odd):
        raise UnreadableFileError(
            f"Line {list(rows)[odd[0]]} has {widths[odd[0]]} columns, "
            f"{width} are expected.",
            "The file may be cut short or its columns may run together",
        )


def _numbers(rows: Rows, wanted: list[int], names: tuple[str, ...]) -> FloatArray:
    """Return the wanted columns, shape (n, 4); NaN where nothing was measured."""
    lines = list(rows.values())
    try:
        return np.loadtxt(lines, comments=None, usecols=wanted, ndmin=2)
    except ValueError:  # words stand among the numbers: which ones is told below
        named = list(zip(wanted, names, strict=True))
        return np.array([_numbers_of(*row, named) for row in rows.items()])


def _numbers_of(number: int, row: str, named: list[tuple[int, str]]) -> list[float]:
    words = row.split()
    return [_number(number, words[place], name) for place, name in named]


def _number(line: int, word: str, name: str) -> float:
    try:
        if "_" not in word:
            return float(word)
    except ValueError:
        if is_null(word):
            return float("nan")
    raise UnreadableFileError(f"Line {line}: {word[:20]} is no number for {name}.")
