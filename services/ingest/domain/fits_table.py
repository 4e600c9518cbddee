"""FITS tables and FITS_LDAC, as SExtractor writes them: four columns of numbers.

A mosaic has a table for each chip: together they are one image. Only the columns that
are wanted are touched, where the header says that they stand (FITS Standard 4.0,
sections 7.2 and 7.3).
"""

import re
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest.domain.columns import Columns, are_enough, choose_columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.fits_layout import Table, tables_of
from services.ingest.domain.fits_packed import can_unpack, unpacked_column
from services.ingest.domain.nulls import is_null
from services.ingest.domain.quality import CHIP, quality_of
from services.ingest.domain.stars import Stars, refuse_too_many
from services.ingest.domain.units import degrees_in, degrees_of
from shared.kernel.arrays import FloatArray
from shared.kernel.fits_layout import DamagedFitsError, whole

__all__ = ["read_fits"]

_LDAC = "LDAC_OBJECTS"
_WIDEST_ROW = 1_000_000
_LONGEST_VECTOR = 20
_BINARY = re.compile(r"(\d{0,9})([LXBIJKAEDCMPQ])")
_TEXT = re.compile(r"[AIFED](\d{1,4})(\.\d{1,4})?")
_BYTES = dict(zip("LBIJKAEDCMPQ", (1, 1, 2, 4, 8, 1, 4, 8, 8, 16, 8, 16), strict=True))
_NUMBERS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
_BITS = 8


def read_fits(content: bytes) -> tuple[Stars, Columns]:
    """Return all rows of a catalogue, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        No table, a damaged table, a missing column, too many rows.
    """
    try:
        return _read(content)
    except DamagedFitsError as fault:
        raise UnreadableFileError(str(fault), fault.hint) from fault


def _read(content: bytes) -> tuple[Stars, Columns]:
    tables = _catalogues(tables_of(content))
    columns = choose_columns(tables[0].columns())
    refuse_too_many(sum(table.rows for table in tables))
    if not any(table.rows for table in tables):
        raise UnreadableFileError("The file has a header but no stars.")
    chips = [_stars(content, table, columns) for table in tables]
    if len(chips) > 1:
        columns = columns.with_notes(f"{len(chips)} tables are read as one image.")
        chips = [
            replace(stars, chip=np.full(len(stars), float(number)))
            for number, stars in enumerate(chips, start=1)
        ]
    parts = zip(*(vars(stars).values() for stars in chips), strict=True)
    return Stars(*map(np.concatenate, parts)), columns


def _catalogues(tables: list[Table]) -> list[Table]:
    """Return the tables that have all columns of the fullest one that has any."""
    if not tables:
        raise UnreadableFileError(
            "The FITS file has no table.", "Upload the catalogue, not the image"
        )
    tables = [one for one in tables if "ZIMAGE" not in one.cards] or tables
    fullest = sorted(tables, key=lambda one: (one.name != _LDAC, -one.rows))
    first = next((one for one in fullest if are_enough(one.columns())), fullest[0])
    needed = set(choose_columns(first.columns()).names())
    alike = [one for one in tables if one.name == first.name or first.name != _LDAC]
    return [one for one in alike if needed <= one.columns().keys()]


def _stars(content: bytes, table: Table, columns: Columns) -> Stars:
    """Return the stars of a table's rows, good or not."""
    if table.width > _WIDEST_ROW:
        raise UnreadableFileError(
            f"Rows of {table.width} bytes are too wide.", "Leave out VIGNET"
        )
    numbers = table.columns()
    bright, doubt = (
        _column(content, table, numbers[name], name)
        for name in (columns.mag, columns.mag_err)
    )
    mag, mag_err = columns.measured(bright, doubt)
    ra = _column(content, table, numbers[columns.ra], columns.ra, hours=True)
    dec = _column(content, table, numbers[columns.dec], columns.dec)
    ra *= degrees_in(table.unit(numbers[columns.ra]), columns.ra)
    dec *= degrees_in(table.unit(numbers[columns.dec]), columns.dec)
    further = {
        name: _column(content, table, numbers[name], name)
        for name in columns.further
        if name in numbers and _has_numbers(table, numbers[name])
    }
    chip = further.get(CHIP, np.zeros(table.rows))
    return Stars(ra, dec, mag, mag_err, quality_of(further, table.rows), chip)


def _column(
    content: bytes, table: Table, number: int, name: str, *, hours: bool = False
) -> FloatArray:
    """Return a column, a copy; of a vector the first element.

    Text in sixties is an angle, which begins with ``hours`` or with degrees.
    """
    if table.packed:
        return _scaled(table, number, unpacked_column(content, table, number, name))
    find = _binary_field if table.binary else _text_field
    offset, kind = find(table, number, name)
    record = np.dtype(
        {
            "names": [name],
            "formats": [kind],
            "offsets": [offset],
            "itemsize": table.width,
        }
    )
    raw = np.frombuffer(content, record, table.rows, table.start)[name]
    if raw.dtype.kind == "S":
        return _numbers_in(raw, name, hours=hours)
    return _scaled(table, number, raw)


def _scaled(table: Table, number: int, raw: NDArray[Any]) -> FloatArray:
    with np.errstate(invalid="ignore"):  # a signalling NaN is a NaN
        numbers = raw.astype(np.float64)
    if raw.dtype.kind in "iu" and f"TNULL{number}" in table.cards:
        numbers[raw == _number(table, "TNULL", number, 0.0)] = np.nan
    return numbers * _number(table, "TSCAL", number, 1.0) + _number(
        table, "TZERO", number, 0.0
    )


def _number(table: Table, keyword: str, number: int, default: float) -> float:
    text = table.cards.get(f"{keyword}{number}", "")
    try:
        return float(text.replace("D", "E")) if text else default
    except ValueError as fault:
        raise UnreadableFileError(f"{keyword}{number} is no number.") from fault


def _binary_field(table: Table, wanted: int, name: str) -> tuple[int, str]:
    """Return where a column of a binary table stands in a row, and its numpy type."""
    forms = [
        _BINARY.match(table.cards.get(f"TFORM{number}", "").strip().upper())
        for number in range(1, whole(table.cards, "TFIELDS") + 1)
    ]
    widths = [_width(form) for form in forms]
    form, width = forms[wanted - 1], widths[wanted - 1]
    if sum(widths) != table.width or form is None:
        raise UnreadableFileError("The columns of the FITS table do not fit its rows.")
    if form[2] in "PQ":
        raise UnreadableFileError(
            f"Column {name} has a variable length.", "Upload plain columns"
        )
    if not width:
        raise UnreadableFileError(f"Column {name} is empty.")
    if table.rows == 1 and form[2] in _NUMBERS and int(form[1] or 1) > _LONGEST_VECTOR:
        raise UnreadableFileError(
            "The table's one row holds arrays.", "Write a row for each star"
        )
    if form[2] not in _NUMBERS and form[2] != "A":
        raise UnreadableFileError(f"Column {name} holds no numbers.")
    kind = _NUMBERS.get(form[2], f"S{width}")
    return sum(widths[: wanted - 1]), kind


def _has_numbers(table: Table, number: int) -> bool:
    keyword = "ZFORM" if table.packed else "TFORM"
    form = table.cards.get(f"{keyword}{number}", "").strip().upper().lstrip("01")
    if table.packed and not can_unpack(table, number):
        return False
    return form[:1] in _NUMBERS or (not table.binary and form[:1] in set("IFED"))


def _width(form: re.Match[str] | None) -> int:
    if form is None:
        raise UnreadableFileError("A column of the FITS table has no known format.")
    repeat = int(form[1] or 1)
    if form[2] == "X":
        return -(-repeat // _BITS)
    return repeat * _BYTES[form[2]]


def _text_field(table: Table, wanted: int, name: str) -> tuple[int, str]:
    """Return where a column of a text table stands in a row, and its numpy type."""
    form = _TEXT.match(table.cards.get(f"TFORM{wanted}", "").strip().upper())
    start = whole(table.cards, f"TBCOL{wanted}")
    width = int(form[1]) if form else 0
    if not 0 < start <= start + width - 1 <= table.width:
        raise UnreadableFileError(f"Column {name} does not fit its rows.")
    return start - 1, f"S{width}"


def _numbers_in(texts: NDArray[np.bytes_], name: str, *, hours: bool) -> FloatArray:
    """Return numbers, or angles in sixties, written as text."""
    clean = np.char.strip(texts)
    try:
        return _floats(clean)
    except ValueError:
        nulls = [not word or is_null(word.decode("latin-1")) for word in clean.tolist()]
    try:
        return _floats(np.where(nulls, b"nan", clean))
    except ValueError as fault:
        if b":" in clean[0] or b" " in clean[0]:
            words = [word.decode("latin-1") for word in clean.tolist()]
            return degrees_of(words, name, hours=hours)
        raise UnreadableFileError(f"Column {name} holds text, not numbers.") from fault


def _floats(texts: NDArray[np.bytes_]) -> FloatArray:
    return np.char.replace(texts, b"D", b"E").astype(np.float64)
