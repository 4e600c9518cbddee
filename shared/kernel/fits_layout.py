"""Where things are in a FITS file, told by its headers before any data are touched.

See the FITS Standard 4.0 (IAU FITS Working Group 2018), sections 3, 4 and 7. Every
size is checked against the file by whoever reads the data, so that a header which
promises more than there is costs nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod

from shared.kernel.sentence import RefusedError

__all__ = [
    "FITS_MAGIC",
    "Cards",
    "DamagedFitsError",
    "Part",
    "Read",
    "number_in",
    "parts_of",
    "read_in",
    "whole",
]

FITS_MAGIC = b"SIMPLE  ="
_BLOCK = 2880
_CARD = 80
_MOST_PARTS = 500
_MOST_CARDS = 100_000
_MOST_AXES = 999
_VALUE = re.compile(rb"= *(?:'((?:[^']|'')*)'|([^/]*))")

Cards = Mapping[str, str]
"""Keywords and values of a header, as text."""

Read = Callable[[int, int], bytes]
"""Returns so many bytes of a file from a place on, fewer where it ends."""


class DamagedFitsError(RefusedError):
    """The file is no whole FITS file."""


@dataclass(frozen=True)
class Part:
    """A part of a FITS file.

    Attributes
    ----------
    number
        From 0, the primary one.
    cards
        Keywords and values of its header.
    start, size
        Where its data begin in the file, and how long they are [bytes].
    """

    number: int
    cards: Cards
    start: int
    size: int

    @property
    def kind(self) -> str:
        """``IMAGE`` of the primary part too, else what the extension says it is."""
        return self.cards.get("XTENSION", "IMAGE").strip().upper()


def read_in(content: bytes) -> Read:
    """Return what reads in a file that is in memory."""
    return lambda start, count: content[start : start + count]


def parts_of(read: Read) -> Iterator[Part]:
    """Yield the parts of a FITS file, in their order.

    Raises
    ------
    DamagedFitsError
        It is damaged, cut short in a header, or has too many parts.
    """
    place, cards_seen = 0, 0
    for number in range(_MOST_PARTS + 1):
        if number == _MOST_PARTS:
            raise DamagedFitsError(
                f"The FITS file has more than {_MOST_PARTS} parts: that is too many."
            )
        cards, start = _header(read, place, _MOST_CARDS - cards_seen)
        cards_seen += (start - place) // _CARD
        part = Part(number, cards, start, _size(cards))
        yield part
        place = start + -(-part.size // _BLOCK) * _BLOCK
        if not read(place, _BLOCK).strip(b"\0 "):
            return


def _header(read: Read, place: int, most: int) -> tuple[Cards, int]:
    """Return the keywords of a header, and where it ends."""
    cards: dict[str, str] = {}
    for _ in range(-(-most * _CARD // _BLOCK)):
        block = read(place, _BLOCK)
        place += _BLOCK
        for card in (block[at : at + _CARD] for at in range(0, _BLOCK, _CARD)):
            if len(card) < _CARD:
                raise _cut_short()
            if card.startswith(b"END") and not card[3:].strip():
                return cards, place
            if card[8:9] == b"=" and (found := _VALUE.match(card, 8)):
                text = (found[2] or b"") if found[1] is None else found[1]
                name = card[:8].decode("latin-1").strip()
                cards.setdefault(name, text.decode("latin-1").strip())
    raise DamagedFitsError("The headers of the FITS file are too long.")


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
    DamagedFitsError
        It is negative, or none.
    """
    value = _integer(cards, name, default)
    if value < 0:
        raise _damaged()
    return value


def number_in(cards: Cards, *names: str) -> float | None:
    """Return the first of some keywords that is a finite number, if any is."""
    for name in names:
        try:
            value = float(cards.get(name, "").replace("D", "E"))
        except ValueError:
            continue
        if abs(value) < float("inf"):
            return value
    return None


def _integer(cards: Cards, name: str, default: int) -> int:
    try:
        return int(cards.get(name, default))
    except ValueError as fault:
        raise _damaged() from fault


def _damaged() -> DamagedFitsError:
    return DamagedFitsError("The FITS file is damaged.", "Upload it again")


def _cut_short() -> DamagedFitsError:
    return DamagedFitsError("The FITS file is damaged or cut short.", "Upload it again")
