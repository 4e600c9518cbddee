"""Tables of text with a line of names: CSV, ECSV, tabs, and what programs write.

ASTAP, Siril, photutils and spreadsheets name their columns in one line; what the names
mean is told by ``names``.
"""

import csv
import re
from collections.abc import Mapping, Sequence

import numpy as np

from services.ingest.domain.columns import Columns, are_enough, choose_columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.foreign import unrolled
from services.ingest.domain.named_rows import NamedRows
from services.ingest.domain.names import mean_something, named
from services.ingest.domain.nulls import is_null
from services.ingest.domain.quality import quality_of
from services.ingest.domain.stars import Stars
from services.ingest.domain.units import degrees_of

__all__ = ["read_text_table", "stars_of"]

_LETTERS = re.compile(r"[A-Za-z]")
_FEWEST_NAMES = 4
_ERRORS = ("MAGERR_AUTO", "FLUXERR_AUTO")
_MEANINGS = ("magnitude", "error", "RA", "Dec")
_ALIKE = 0.5
_FORMAT = (
    "Upload SExtractor's ASCII_HEAD or FITS_LDAC, or CSV with ra, dec, mag, mag_err"
)
_HEADER = "Set CATALOG_TYPE to ASCII_HEAD in SExtractor's configuration"


def read_text_table(text: str) -> tuple[Stars, Columns]:
    """Return all rows of a table, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        No line of names, a missing column, or no star.
    """
    table = _table(text)
    if table is None:
        raise UnreadableFileError("The file has no SExtractor header.", _HEADER)
    if not table.rows:
        raise UnreadableFileError("The file has a header but no stars.")
    return stars_of(unrolled(table))


def stars_of(table: NamedRows) -> tuple[Stars, Columns]:
    """Return the stars of a table, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        A column is missing, or holds no numbers.
    """
    places = named(table.names)
    columns = choose_columns([*places, *_ERRORS] if _lacks_errors(places) else places)
    columns = columns.with_notes(_told(columns, table.names, places))
    bright = table.numbers(places[columns.mag], columns.mag)
    doubt = np.zeros(len(bright))
    if columns.mag_err in places:
        doubt = table.numbers(places[columns.mag_err], columns.mag_err)
    mag, mag_err = columns.measured(bright, doubt)
    ra = degrees_of(table.column(places[columns.ra]), "RA", hours=True)
    dec = degrees_of(table.column(places[columns.dec]), "Dec", hours=False)
    further = {name: table.numbers(places[name], name) for name in columns.further}
    quality = quality_of(further, len(mag))
    return Stars(ra, dec, mag, mag_err, quality, np.zeros(len(mag))), columns


def _lacks_errors(places: Mapping[str, int]) -> bool:
    """Tell whether nothing is missing but errors, as Siril writes its stars."""
    return not are_enough(places) and are_enough([*places, *_ERRORS])


def _told(columns: Columns, names: Sequence[str], places: Mapping[str, int]) -> str:
    read = {
        word: names[places[name]].strip()
        for word, name in zip(_MEANINGS, columns.names(), strict=True)
        if name in places
    }
    told = f"The columns {', '.join(read.values())} are read as {', '.join(read)}."
    return told if len(read) == len(_MEANINGS) else f"{told} No errors are given."


def _table(text: str) -> NamedRows | None:
    """Return the rows below the line of names, if there is such a line."""
    lines = [line for line in text.split("\n") if line.strip()]
    first = next(
        (n for n, line in enumerate(lines) if not line.lstrip().startswith("#")), None
    )
    if first is None:
        return None
    # the names may stand in the last comment line, or be the first line without one
    for place in (first, first - 1):
        bare = lines[place].lstrip("# \t") if place >= 0 else ""
        delimiter = _delimiter(bare)
        names = _split(bare, delimiter)
        if len(names) >= _FEWEST_NAMES and _are_names(names) and mean_something(names):
            rows = [line for line in lines[place + 1 :] if not line.startswith("#")]
            return NamedRows(names, _rows(rows, delimiter))
    return None


def _delimiter(line: str) -> str:
    """Return what parts the names of a line; a blank where nothing else does."""
    counts = {sign: line.count(sign) for sign in ",;\t|"}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] >= _FEWEST_NAMES - 1 else " "


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.split()
    return [name.strip().strip('"') for name in line.split(delimiter)]


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the words of rows; those of blanks may stand below names with commas."""
    if delimiter == " " or not any(delimiter in line for line in lines):
        return [line.split() for line in lines]
    return list(csv.reader(lines, delimiter=delimiter))


def _are_names(words: Sequence[str]) -> bool:
    """Tell whether words may be names: most have letters, and are no number."""
    like = [bool(_LETTERS.search(word)) and not _is_number(word) for word in words]
    return sum(like) >= _ALIKE * len(words)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return is_null(word)
    return True
