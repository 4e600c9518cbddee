"""Read a star list, whatever its format. Read this first."""

from dataclasses import dataclass

from services.ingest.domain.ascii_head import read_ascii_head
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.fits_table import read_fits
from services.ingest.domain.stars import Stars, refuse_too_many, usable

__all__ = ["Reading", "read_catalogue"]

_LONGEST_LINE = 20_000
_FITS_MAGIC = b"SIMPLE  ="
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
    if not content.strip():
        raise UnreadableFileError("The file is empty.")
    tabs = False
    if content.startswith(_FITS_MAGIC):
        rows, columns = read_fits(content)
    else:
        text = _text(content)
        tabs = any("\t" in line for line in text.split("\n") if line[:1] != "#")
        rows, columns = read_ascii_head(text)
    stars = usable(rows)
    dropped = len(rows) - len(stars)
    notes = list(columns.warnings)
    if tabs:
        notes.append("Columns are separated by tabs; spaces are expected.")
    if dropped:
        notes.append(f"{dropped} rows without a usable measurement are left out.")
    return Reading(stars, dropped, tuple(notes))


def _text(content: bytes) -> str:
    """Return the text of a file, with one kind of line end, within its limits."""
    content = content.removeprefix(_UTF8_MARK)
    if b"\0" in content:
        raise UnreadableFileError(
            "The file is neither text nor FITS.",
            "Upload an ASCII_HEAD, FITS or FITS_LDAC catalogue",
        )
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    refuse_too_many(content.count(b"\n"))
    if max(map(len, content.split(b"\n"))) > _LONGEST_LINE:
        raise UnreadableFileError(
            f"A line of more than {_LONGEST_LINE} characters is no star.",
            "Upload an ASCII_HEAD, FITS or FITS_LDAC catalogue",
        )
    return content.decode("utf-8", errors="replace")
