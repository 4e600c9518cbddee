"""When and how long was exposed, and in which filter, out of a FITS header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.kernel.epochs import JD_OF_MJD, mjd_of
from shared.kernel.fits_layout import FITS_MAGIC, number_in

__all__ = ["Observed", "observed", "observed_in"]

_SECONDS_PER_DAY = 86400.0
_HEAD = 400_000
_LENGTH = 80
_CARD = re.compile(rb"([A-Z][A-Z0-9_-]{0,7}) *= *('(?:[^']|'')*'|[-+.0-9EeDd]+)")
_EARLIEST = 15020.0
_LONGEST_FILTER = 40
_FILTERS = ("FILTER", "FILTNAM", "INSFLNAM", "FILTER1", "FILTERS")
_EXPOSURES = ("EXPTIME", "EXPOSURE", "EXP_TIME")
_CLOCKS = ("TIME-OBS", "UT", "UTC-OBS", "UTSTART", "UT-START", "UTC")
_STACKED = ("NCOMBINE", "STACKCNT", "NSTACK", "NIMAGES", "STACKED")
_SAME = 60.0 / _SECONDS_PER_DAY
_AHEAD = {"TT": 69.184, "TDB": 69.184, "TAI": 37.0}
"""[s] Of UTC since 2017."""
_WRITTEN = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?"
    r"(?:Z|[+]00:?00)?"
)
_SOLAR = ("HJD", "HELJD", "BJD", "BJD_TDB")


@dataclass(frozen=True)
class Observed:
    """What a header tells of an exposure.

    Attributes
    ----------
    fields
        Of an upload: MJD of mid-exposure (UTC), expTime [s], usedFilter.
    notes
        What the observer should know.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def observed(content: bytes) -> Observed:
    """Return what the header inside a FITS file tells, in FITS-LDAC too.

    Every 80 bytes of the file's beginning are taken for a card: a keyword within a
    comment is none.

    Parameters
    ----------
    content
        The file; one that is not FITS tells nothing.
    """
    if not content.startswith(FITS_MAGIC):
        return Observed()
    head = content[:_HEAD]
    cards: dict[str, str] = {}
    for place in range(0, len(head), _LENGTH):
        found = _CARD.match(head, place, place + _LENGTH)
        if found:
            text = found[2].decode("latin-1").strip("' ")
            cards.setdefault(found[1].decode(), text)
    return observed_in(cards)


def observed_in(cards: Mapping[str, str]) -> Observed:
    """Return what the cards of a header tell.

    A mid-exposure keyword is taken as it is; to the beginning of an exposure half of
    it is added (FITS Standard 4.0, section 9.5).
    """
    exposure = next(
        (told for name in _EXPOSURES if (told := _number(cards, name)) is not None),
        None,
    )
    middle, notes = _middle(cards, exposure or 0.0)
    if middle is None and any(name in cards for name in _SOLAR):
        notes = ("The header's time is as at the Sun: give MJD as at the telescope.",)
    numbers = {"MJD": middle, "expTime": exposure}
    fields = {name: repr(value) for name, value in numbers.items() if value is not None}
    used = next(filter(None, (cards.get(name, "") for name in _FILTERS)), "")
    if used:
        fields["usedFilter"] = used[:_LONGEST_FILTER]
    return Observed(fields, notes)


def _middle(
    cards: Mapping[str, str], exposure: float
) -> tuple[float | None, tuple[str, ...]]:
    """Return the time of mid-exposure [d] (MJD, UTC), and what is to be known of it."""
    mjd, notes = _in_its_scale(cards, exposure)
    scale = cards.get("TIMESYS", "UTC").strip().upper()
    if mjd is None or scale not in _AHEAD:
        return mjd, notes
    told = f"The header's time is {scale}: UTC is {_AHEAD[scale]:g} s less."
    return mjd - _AHEAD[scale] / _SECONDS_PER_DAY, (*notes, told)


def _in_its_scale(
    cards: Mapping[str, str], exposure: float
) -> tuple[float | None, tuple[str, ...]]:
    middles = (
        _number(cards, "MJD-AVG"),
        _number(cards, "MJD-MID"),
        _date(cards.get("DATE-AVG", "")),
    )
    for mjd in middles:
        if mjd and mjd > _EARLIEST:
            return mjd, ()
    starts = [
        mjd
        for mjd in (
            _date(_dated(cards)),
            _date(cards.get("DATE-BEG", "")),
            _number(cards, "MJD-OBS"),
            _number(cards, "MJD-BEG"),
        )
        if mjd and mjd > _EARLIEST
    ]
    if starts:
        return _from_start(cards, starts, exposure)
    jd = _number(cards, "JD")
    if jd is None or jd - JD_OF_MJD < _EARLIEST:
        return None, ()
    told = "JD of the header is taken for mid-exposure: it does not say which it is."
    return jd - JD_OF_MJD, (told,) if exposure else ()


def _from_start(
    cards: Mapping[str, str], starts: list[float], exposure: float
) -> tuple[float, tuple[str, ...]]:
    """Return the middle of an exposure, or of a stack of several."""
    notes = []
    if max(starts) - min(starts) > _SAME:
        notes.append("Times of the header do not agree: is MJD right?")
    middle = starts[0] + exposure / 2 / _SECONDS_PER_DAY
    frames = next(filter(None, (_number(cards, name) for name in _STACKED)), 1.0)
    if frames > 1:
        end = _date(cards.get("DATE-END", "")) or _number(cards, "MJD-END")
        notes.append(f"The header is of a stack of {frames:.0f}: is MJD its middle?")
        if end and starts[0] < end < starts[0] + 1:
            middle = (starts[0] + end) / 2
    return middle, tuple(notes)


def _dated(cards: Mapping[str, str]) -> str:
    """Return when an exposure began, with the time where it stands by itself."""
    date = cards.get("DATE-OBS", "")
    day, _, time = date.partition("T")
    if not date or time.strip("0:. "):
        return date
    clock = next((cards[name] for name in _CLOCKS if ":" in cards.get(name, "")), "")
    return f"{day.strip()}T{clock.strip()}" if clock else date


def _number(cards: Mapping[str, str], name: str) -> float | None:
    return number_in(cards, name)


def _date(text: str) -> float | None:
    """Return a time as people and programs write it, as MJD [d]."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    seconds = 3600 * hour + 60 * minute + float(found[6] or 0)
    return mjd_of(midnight) + seconds / _SECONDS_PER_DAY
