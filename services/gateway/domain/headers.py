"""When and how long was exposed, out of the FITS header inside a FITS-LDAC file."""

import re
from collections.abc import Mapping
from datetime import datetime

from shared.kernel.epochs import JD_OF_MJD, mjd_of

__all__ = ["observed"]

_SECONDS_PER_DAY = 86400.0
_HEAD = 400_000
_CARD = re.compile(
    rb"\b(DATE-OBS|DATE-AVG|MJD-OBS|MJD-AVG|MJD-MID|JD|EXPTIME|EXPOSURE|OBJECT|"
    rb"FILTER|FILTNAM|INSFLNAM) *"
    rb"= *('(?:[^'])*'|[-+.0-9Ee]+)"
)
_EARLIEST = 15020.0
_LONGEST_FILTER = 40


def observed(content: bytes) -> dict[str, str]:
    """Return the fields of an upload that a FITS file tells: time, exposure, filter.

    Parameters
    ----------
    content
        The file; one that is not FITS tells nothing.

    A mid-exposure keyword is taken as it is; to the beginning of an exposure half of
    it is added (FITS Standard 4.0, section 9.5).
    """
    if not content.startswith(b"SIMPLE  ="):
        return {}
    cards = {
        name.decode().strip(): text.decode("latin-1").strip("' ")
        for name, text in reversed(_CARD.findall(content[:_HEAD]))
    }
    exposure = _number(cards.get("EXPTIME", cards.get("EXPOSURE", "")))
    middle = _middle(cards, exposure or 0.0)
    told = {"MJD": middle, "expTime": exposure}
    fields = {name: repr(value) for name, value in told.items() if value is not None}
    filters = (cards.get(name, "") for name in ("FILTER", "FILTNAM", "INSFLNAM"))
    used = next(filter(None, filters), "")
    return fields | ({"usedFilter": used[:_LONGEST_FILTER]} if used else {})


def _middle(cards: Mapping[str, str], exposure: float) -> float | None:
    half = exposure / 2 / _SECONDS_PER_DAY
    jd = _number(cards.get("JD", ""))
    candidates = (
        _number(cards.get("MJD-AVG", "")),
        _number(cards.get("MJD-MID", "")),
        _date(cards.get("DATE-AVG", ""), 0.0),
        _date(cards.get("DATE-OBS", ""), half),
        _number(cards.get("MJD-OBS", ""), half),
        None if jd is None else jd - JD_OF_MJD + half,
    )
    return next((mjd for mjd in candidates if mjd and mjd > _EARLIEST), None)


def _number(text: str, more: float = 0.0) -> float | None:
    try:
        return float(text) + more
    except ValueError:
        return None


def _date(text: str, more: float) -> float | None:
    if "T" not in text:
        return None
    try:
        return mjd_of(datetime.fromisoformat(text)) + more
    except ValueError:
        return None
