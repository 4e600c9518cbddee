"""When and how long was exposed, and in which filter, out of a FITS header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.kernel.epochs import JD_OF_MJD, mjd_of
from shared.kernel.fits_layout import FITS_MAGIC

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
    middle, note = _middle(cards, (exposure or 0.0) / 2 / _SECONDS_PER_DAY)
    if middle is None and any(name in cards for name in _SOLAR):
        note = "The header's time is as at the Sun: give MJD as at the telescope."
    numbers = {"MJD": middle, "expTime": exposure}
    fields = {name: repr(value) for name, value in numbers.items() if value is not None}
    used = next(filter(None, (cards.get(name, "") for name in _FILTERS)), "")
    if used:
        fields["usedFilter"] = used[:_LONGEST_FILTER]
    return Observed(fields, (note,) if note else ())


def _middle(cards: Mapping[str, str], half: float) -> tuple[float | None, str]:
    """Return the time of mid-exposure [d] (MJD, UTC), and a word about it."""
    middles = (
        _number(cards, "MJD-AVG"),
        _number(cards, "MJD-MID"),
        _date(cards.get("DATE-AVG", "")),
    )
    starts = (_date(_dated(cards)), _number(cards, "MJD-OBS"))
    for mjd in middles:
        if mjd and mjd > _EARLIEST:
            return mjd, ""
    for mjd in starts:
        if mjd and mjd > _EARLIEST:
            return mjd + half, ""
    jd = _number(cards, "JD")
    if jd is None or jd - JD_OF_MJD < _EARLIEST:
        return None, ""
    told = "JD of the header is taken for mid-exposure: it does not say which it is."
    return jd - JD_OF_MJD, told if half else ""


def _dated(cards: Mapping[str, str]) -> str:
    """Return when an exposure began, with the time where it stands by itself."""
    date = cards.get("DATE-OBS", "")
    if not date or "T" in date:
        return date
    clock = next((cards[name] for name in _CLOCKS if ":" in cards.get(name, "")), "")
    return f"{date}T{clock.strip()}" if clock else date


def _number(cards: Mapping[str, str], name: str) -> float | None:
    try:
        return float(cards.get(name, ""))
    except ValueError:
        return None


def _date(text: str) -> float | None:
    if "T" not in text:
        return None
    try:
        return mjd_of(datetime.fromisoformat(text))
    except ValueError:
        return None
