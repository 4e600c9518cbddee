"""What a FITS header tells of an exposure, read without astropy.

Times are MJD [d], UTC. A time of mid-exposure goes before one of its start; the mean of
start and end goes between.
"""

import gzip
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from cpcs.solar import Solar

__all__ = ["Exposure", "cards_of", "exposure_of"]

_CARD, _BLOCK = 80, 2880
_MOST_BLOCKS, _MOST_HEADERS = 400, 3
_JD = 2400000.5
_UNIX_EPOCH = 40587
_FIRST_MJD = 15020.0
_DAY = 86400.0
_CLOCKS = ("TIME-OBS", "UT", "UTC-OBS", "UTSTART", "UT-START", "UTC")
_VALUE = re.compile(r"\s*('(?:[^']|'')*'|[^/]*)")


@dataclass(frozen=True)
class Exposure:
    """An exposure: mid-exposure and how it was found, length [s], object, filter.

    ``kind`` is flat, bias or dark where the header says that it is none of the sky.
    ``mjd`` is ``None`` where no card tells; then ``solar`` may be a time at the Sun.
    """

    mjd: float | None = None
    how: str = ""
    seconds: float = 0.0
    object: str = ""
    filter: str = ""
    solar: Solar | None = None
    kind: str = ""


def cards_of(path: Path) -> dict[str, str]:
    """Return the cards of the first headers of a FITS file; empty for any other."""
    cards: dict[str, str] = {}
    try:
        with _opened(path) as file:
            for header in _headers(file):
                cards = {**header, **cards}
    except (OSError, EOFError):
        return cards
    return cards


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def _headers(file: IO[bytes]) -> Iterator[dict[str, str]]:
    for place in range(_MOST_HEADERS):
        cards = _header(file)
        if not cards or (place == 0 and "SIMPLE" not in cards):
            return
        yield cards
        file.seek(_data_size(cards), 1)


def _header(file: IO[bytes]) -> dict[str, str]:
    cards: dict[str, str] = {}
    for _ in range(_MOST_BLOCKS):
        block = file.read(_BLOCK).decode("latin-1")
        for start in range(0, len(block), _CARD):
            card = block[start : start + _CARD]
            if card.rstrip() == "END":
                return cards
            if card[8:10] == "= ":
                value = _VALUE.match(card[10:])
                text = value[1].strip() if value else ""
                cards.setdefault(card[:8].strip(), text.strip("'").strip())
        if len(block) < _BLOCK:
            break
    return cards


def _data_size(cards: Mapping[str, str]) -> int:
    axes = [_whole(cards, f"NAXIS{n + 1}") for n in range(_whole(cards, "NAXIS"))]
    pixels = math.prod(axes) if axes else 0
    groups = _whole(cards, "GCOUNT", 1)
    size = abs(_whole(cards, "BITPIX")) // 8 * groups
    size *= pixels + _whole(cards, "PCOUNT")
    return -(-size // _BLOCK) * _BLOCK


def _whole(cards: Mapping[str, str], name: str, default: int = 0) -> int:
    try:
        return int(cards.get(name, default))
    except ValueError:
        return default


def exposure_of(
    cards: Mapping[str, str], date_is: str = "start", keyword: str = ""
) -> Exposure:
    """Return what cards tell of an exposure.

    Parameters
    ----------
    cards
        By their names.
    date_is
        What DATE-OBS and MJD-OBS are: ``start``, ``mid`` or ``end``.
    keyword
        The card whose time is taken alone, if any.
    """
    seconds = _number(cards, "EXPTIME") or _number(cards, "EXPOSURE") or 0.0
    shift = {"start": 0.5, "mid": 0.0, "end": -0.5}[date_is] * seconds / _DAY
    by = {"start": " + half the exposure", "mid": "", "end": " − half the exposure"}
    told = by[date_is] if seconds else ""
    mjd, how = _first(_times(cards, shift, told, keyword))
    name = cards.get("FILTER") or cards.get("FILTNAM") or cards.get("INSFLNAM") or ""
    kind = cards.get("IMAGETYP", cards.get("OBSTYPE", "")).lower()
    kind = next((one for one in ("flat", "bias", "dark") if one in kind), "")
    return Exposure(
        mjd, how, seconds, cards.get("OBJECT", ""), name[:40], Solar.of(cards), kind
    )


def _first(times: Iterator[tuple[float | None, str]]) -> tuple[float | None, str]:
    found = ((mjd, how) for mjd, how in times if mjd is not None and mjd > _FIRST_MJD)
    return next(found, (None, ""))


def _times(
    cards: Mapping[str, str], shift: float, told: str, keyword: str
) -> Iterator[tuple[float | None, str]]:
    if keyword:
        time = _any_time(cards, keyword)
        yield None if time is None else time + shift, f"{keyword}{told}"
        return
    for name in ("MJD-AVG", "MJD-MID", "DATE-AVG"):
        yield _any_time(cards, name), name
    for kind in ("MJD", "DATE"):
        ends = [_any_time(cards, f"{kind}-{end}") for end in ("BEG", "END")]
        mean = None if None in ends else sum(one or 0.0 for one in ends) / 2
        yield mean, f"mean of {kind}-BEG and {kind}-END"
    for name in ("DATE-OBS", "DATE-BEG", "MJD-OBS", "MJD-BEG"):
        time = _any_time(cards, name)
        yield None if time is None else time + shift, f"{name}{told}"
    yield _any_time(cards, "JD"), "JD, taken for mid-exposure"


def _any_time(cards: Mapping[str, str], name: str) -> float | None:
    text = cards.get(name, "")
    if "T" in text:
        return _dated(text)
    number = _number(cards, name)
    if number is None and name == "DATE-OBS":
        clock = next((cards[one] for one in _CLOCKS if ":" in cards.get(one, "")), "")
        return _dated(f"{text}T{clock}") if clock else None
    return number - _JD if number is not None and number > _JD else number


def _dated(text: str) -> float | None:
    try:
        at = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC).timestamp() / _DAY + _UNIX_EPOCH


def _number(cards: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(cards.get(name, "").replace("D", "E"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
