"""Columns of a FITS table that ``fpack -table`` has compressed.

FITS Standard 4.0, section 10.3: the column of each tile of rows is one array in the
heap; GZIP_2 sorts its bytes by their weight before it packs them.
"""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.fits_layout import Table
from shared.kernel.fits_layout import whole

__all__ = ["can_unpack", "unpacked_column"]

_KINDS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
_GZIP = 31
_METHODS = ("GZIP_1", "GZIP_2", "NOCOMPRESS")


def can_unpack(table: Table, number: int) -> bool:
    """Tell whether a column is packed in a way that is read here."""
    return (
        table.cards.get(f"ZCTYP{number}", "").strip() in _METHODS
        and _form(table, number)[-1:] in _KINDS
    )


def unpacked_column(
    content: bytes, table: Table, number: int, name: str
) -> NDArray[Any]:
    """Return the numbers of a column, shape (n,).

    Raises
    ------
    UnreadableFileError
        It is packed in another way, damaged, or longer than it says.
    """
    if not can_unpack(table, number):
        raise UnreadableFileError(f"Column {name} is compressed: unpack it.", "funpack")
    kind = np.dtype(_KINDS[_form(table, number)[-1]])
    method = table.cards[f"ZCTYP{number}"].strip()
    left, parts = table.rows, []
    for place, length in _tiles(content, table, number):
        rows = min(whole(table.cards, "ZTILELEN") or left, left)
        packed = content[place : place + length]
        raw = (
            packed
            if method == "NOCOMPRESS"
            else _inflated(packed, rows * kind.itemsize)
        )
        if len(raw) != rows * kind.itemsize:
            raise _damaged()
        if method == "GZIP_2":
            raw = np.frombuffer(raw, "u1").reshape(kind.itemsize, rows).T.tobytes()
        parts.append(np.frombuffer(raw, kind))
        left -= rows
    if left:
        raise _damaged()
    return np.concatenate([np.empty(0, kind), *parts])


def _form(table: Table, number: int) -> str:
    """Return what the column holds, such as ``E`` or ``1D``: one number a row."""
    form = table.cards.get(f"ZFORM{number}", "").strip().upper()
    return form if form.lstrip("1") == form[-1:] else ""


def _tiles(content: bytes, table: Table, number: int) -> list[tuple[int, int]]:
    """Return where in the file the column of each tile is, and how long [bytes]."""
    forms = [
        table.cards.get(f"TFORM{one}", "").strip().upper().lstrip("1")
        for one in range(1, whole(table.cards, "TFIELDS") + 1)
    ]
    if any(form[:1] not in {"P", "Q"} for form in forms):
        raise _damaged()
    widths = [8 if form[0] == "P" else 16 for form in forms]
    tiles, offset = whole(table.cards, "NAXIS2"), sum(widths[: number - 1])
    if sum(widths) != table.width or offset + table.width * tiles > len(content):
        raise _damaged()
    kind = ">u4" if forms[number - 1][0] == "P" else ">u8"
    record = np.dtype(
        {
            "names": ["length", "place"],
            "formats": [kind, kind],
            "offsets": [offset, offset + widths[number - 1] // 2],
            "itemsize": table.width,
        }
    )
    found = np.frombuffer(content, record, tiles, table.start)
    heap = table.start + (whole(table.cards, "THEAP") or table.width * tiles)
    return [
        (heap + int(place), int(length))
        for length, place in zip(found["length"], found["place"], strict=True)
    ]


def _inflated(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, most + 1)
    except zlib.error as fault:
        raise _damaged() from fault


def _damaged() -> UnreadableFileError:
    return UnreadableFileError("The compressed FITS table is damaged.", "Pack it again")
