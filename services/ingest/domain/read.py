"""Read a star list, whatever its format. Read this first."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.ingest.domain.ascii_head import has_header, read_ascii_head
from services.ingest.domain.columns import Columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.fits_table import read_fits
from services.ingest.domain.foreign import refuse_foreign
from services.ingest.domain.stars import Stars, refuse_too_many, usable
from services.ingest.domain.text_table import read_text_table
from services.ingest.domain.unpacking import unpacked
from services.ingest.domain.votable import is_votable, read_votable

__all__ = ["Reading", "read_catalogue"]

_LONGEST_LINE = 20_000
_FITS_MAGIC = b"SIMPLE  ="
_TABS = "Columns are separated by tabs; spaces are expected."
_LINE_END = ord("\n")
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Reading:
    """The usable stars of a file, and what the observer should know about it."""

    stars: Stars
    rows_dropped: int
    warnings: tuple[str, ...]


def read_catalogue(content: bytes) -> Reading:
    """Return the usable stars of an uploaded file.

    Raises
    ------
    UnreadableFileError
        The file is no star list; the error's text says why.
    """
    content, packing = unpacked(content)
    if not content.strip():
        raise UnreadableFileError("The file is empty.")
    rows, columns = _reader(content)(content)
    stars = usable(rows)
    dropped = len(rows) - len(stars)
    notes = [packing, *columns.warnings]
    if dropped:
        notes.append(f"{dropped} rows without a usable measurement are left out.")
    return Reading(stars, dropped, tuple(filter(None, notes)))


def _reader(content: bytes) -> Callable[[bytes], tuple[Stars, Columns]]:
    if content.startswith(_FITS_MAGIC):
        return read_fits
    return read_votable if is_votable(content) else _read_text


def _read_text(content: bytes) -> tuple[Stars, Columns]:
    text = _text(content)
    if not has_header(text):
        refuse_foreign(text)
        return read_text_table(text)
    rows, columns = read_ascii_head(text)
    if "\t" in text and any(
        "\t" in line for line in text.split("\n") if line[:1] != "#"
    ):
        columns = columns.with_notes(_TABS)
    return rows, columns


def _lines(content: bytes) -> int:
    """Return how many lines end in a content: ten times as quick as its own count."""
    return int(np.count_nonzero(np.frombuffer(content, np.uint8) == _LINE_END))


def _has_long_line(content: bytes) -> bool:
    begin = 0
    while begin + _LONGEST_LINE < len(content):
        begin = content.rfind(b"\n", begin, begin + _LONGEST_LINE + 1) + 1
        if not begin:
            return True
    return False


def _text(content: bytes) -> str:
    """Return the text of a file, with one kind of line end, within its limits."""
    content = content.removeprefix(_UTF8_MARK)
    if b"\0" in content:
        raise UnreadableFileError(
            "The file is neither text nor FITS.",
            "Upload an ASCII_HEAD, FITS or FITS_LDAC catalogue",
        )
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    refuse_too_many(_lines(content))
    if _has_long_line(content):
        raise UnreadableFileError(
            f"A line of more than {_LONGEST_LINE} characters is no star.",
            "Upload an ASCII_HEAD, FITS or FITS_LDAC catalogue",
        )
    return content.decode("utf-8", errors="replace")
