"""Where things are in a FITS file, told by its headers before any data are touched.

See the FITS Standard 4.0 (IAU FITS Working Group 2018), sections 3, 4 and 7. Every
size is checked against the file, so that a header which promises more than there is
costs nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.names import named

__all__ = ["Table", "tables_of", "whole"]

_BLOCK = 2880
_CARD = 80
_MOST_PARTS = 500
_MOST_CARDS = 100_000
_MOST_COLUMNS = 999
_MOST_AXES = 999
_VALUE = re.compile(rb"= *(?:'((?:[^']|'')*)'|([^/]*))")

Cards = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table of a FITS file.

    Attributes
    ----------
    cards
        Keywords and values of its header.
    start
        Where its rows begin in the file [bytes].
    binary
        Whether the rows are binary, not text.
    """

    cards: Cards
    start: int
    binary: bool

    @property
    def name(self) -> str:
        """What the table is called, such as ``LDAC_OBJECTS``."""
        return self.cards.get("EXTNAME", "").strip().upper()

    @property
    def rows(self) -> int:
        """How many rows it has, once it is unpacked."""
        return whole(self.cards, "ZNAXIS2" if self.packed else "NAXIS2")

    @property
    def packed(self) -> bool:
        """Whether its columns are compressed, as by ``fpack -table``."""
        return self.cards.get("ZTABLE", "").strip() == "T"

    @property
    def width(self) -> int:
        """How long a row is [bytes]."""
        return whole(self.cards, "NAXIS1")

    def unit(self, column: int) -> str:
        """Return what a column's numbers are in, as its header says."""
        return self.cards.get(f"TUNIT{column}", "").strip()

    def columns(self) -> dict[str, int]:
        """Return the number of each column, from 1, by SExtractor's name for it."""
        count = whole(self.cards, "TFIELDS")
        if count > _MOST_COLUMNS:
            raise UnreadableFileError(
                f"More than {_MOST_COLUMNS} columns are too many."
            )
        given = [self.cards.get(f"TTYPE{one}", "") for one in range(1, count + 1)]
        return {name: place + 1 for name, place in named(given).items()}


def tables_of(content: bytes) -> list[Table]:
    """Return the tables of a FITS file whose rows are all there, in their order.

    Raises
    ------
    UnreadableFileError
        It is damaged, cut short, or has too many parts.
    """
    tables = []
    for cards, start, size in _parts(content):
        kind = cards.get("XTENSION", "").strip().upper()
        if kind in {"BINTABLE", "A3DTABLE", "TABLE"}:
            rows = whole(cards, "NAXIS1") * whole(cards, "NAXIS2")
            if start + rows > len(content) or rows > size:
                raise _cut_short()
            tables.append(Table(cards, start, binary=kind != "TABLE"))
    return tables


def _parts(content: bytes) -> Iterator[tuple[Cards, int, int]]:
    """Yield the header of each part, where its data begin, and how long they are."""
    place, cards_seen = 0, 0
    for number in range(_MOST_PARTS + 1):
        if number == _MOST_PARTS:
            raise UnreadableFileError(
                f"The FITS file has more than {_MOST_PARTS} parts: that is too many."
            )
        cards, start = _header(content, place, _MOST_CARDS - cards_seen)
        cards_seen += (start - place) // _CARD
        size = _size(cards)
        yield cards, start, size
        place = start + -(-size // _BLOCK) * _BLOCK
        if place >= len(content) or not content[place : place + _BLOCK].strip(b"\0 "):
            return


def _header(content: bytes, place: int, most: int) -> tuple[Cards, int]:
    """Return the keywords of a header, and where it ends."""
    cards: dict[str, str] = {}
    for _ in range(most):
        card = content[place : place + _CARD]
        if len(card) < _CARD:
            raise _cut_short()
        place += _CARD
        if card.startswith(b"END") and not card[3:].strip():
            return cards, -(-place // _BLOCK) * _BLOCK
        if card[8:9] == b"=" and (found := _VALUE.match(card, 8)):
            text = (found[2] or b"") if found[1] is None else found[1]
            name = card[:8].decode("latin-1").strip()
            cards.setdefault(name, text.decode("latin-1").strip())
    raise UnreadableFileError("The headers of the FITS file are too long.")


def _size(cards: Cards) -> int:
    """Return how long the data of a part are [bytes] (FITS Standard, equation 2)."""
    axes = whole(cards, "NAXIS")
    if axes > _MOST_AXES:
        raise _damaged()
    numbers = prod(whole(cards, f"NAXIS{n}") for n in range(1, axes + 1)) if axes else 0
    groups, more = whole(cards, "GCOUNT", 1), whole(cards, "PCOUNT")
    return abs(_integer(cards, "BITPIX", 8)) // 8 * groups * (more + numbers)


def whole(cards: Cards, name: str, default: int = 0) -> int:
    """Return a keyword that is a whole number.

    Raises
    ------
    UnreadableFileError
        It is negative, or none.
    """
    value = _integer(cards, name, default)
    if value < 0:
        raise _damaged()
    return value


def _integer(cards: Cards, name: str, default: int) -> int:
    try:
        return int(cards.get(name, default))
    except ValueError as fault:
        raise _damaged() from fault


def _damaged() -> UnreadableFileError:
    return UnreadableFileError("The FITS file is damaged.", "Upload it again")


def _cut_short() -> UnreadableFileError:
    return UnreadableFileError(
        "The FITS file is damaged or cut short.", "Upload it again"
    )
