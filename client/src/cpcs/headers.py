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
_STACKED = ("NCOMBINE", "STACKCNT", "NSTACK", "NIMAGES", "STACKED")
_AHEAD = {"TT": 69.184, "TDB": 69.184, "TAI": 37.0}
"""[s] Of UTC since 2017."""
_WRITTEN = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?"
    r"(?:Z|[+]00:?00)?"
)
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
    ahead = _AHEAD.get(cards.get("TIMESYS", "").strip().upper(), 0.0)
    if mjd is not None and ahead:
        mjd, how = mjd - ahead / _DAY, f"{how}, {cards['TIMESYS'].strip()}"
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
    yield _of_a_stack(cards), "beginning and end of the stack"
    for name in ("DATE-OBS", "DATE-BEG", "MJD-OBS", "MJD-BEG"):
        time = _any_time(cards, name)
        yield None if time is None else time + shift, f"{name}{told}"
    yield _any_time(cards, "JD"), "JD, taken for mid-exposure"


def _of_a_stack(cards: Mapping[str, str]) -> float | None:
    """Return the middle of a stack of several exposures, where its end is told."""
    frames = max((_number(cards, name) or 0.0 for name in _STACKED), default=0.0)
    start = _any_time(cards, "DATE-OBS")
    end = _any_time(cards, "DATE-END") or _any_time(cards, "MJD-END")
    if frames > 1 and start and end and start < end < start + 1:
        return (start + end) / 2
    return None


def _any_time(cards: Mapping[str, str], name: str) -> float | None:
    text = _joined(cards) if name == "DATE-OBS" else cards.get(name, "")
    dated = _dated(text)
    if dated is not None:
        return dated
    number = _number(cards, name)
    return number - _JD if number is not None and number > _JD else number


def _joined(cards: Mapping[str, str]) -> str:
    """Return DATE-OBS, with the time where it stands by itself."""
    date = cards.get("DATE-OBS", "")
    day, _, time = date.partition("T")
    if time.strip("0:. "):
        return date
    clock = next((cards[one] for one in _CLOCKS if ":" in cards.get(one, "")), "")
    return f"{day.strip()}T{clock.strip()}" if day and clock else date


def _dated(text: str) -> float | None:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    seconds = 3600 * hour + 60 * minute + float(found[6] or 0)
    return (midnight.timestamp() + seconds) / _DAY + _UNIX_EPOCH


def _number(cards: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(cards.get(name, "").replace("D", "E"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
