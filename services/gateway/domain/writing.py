"""How names, places and magnitudes are written on pages."""

from datetime import UTC, datetime, timedelta

from shared.kernel.epochs import JD_OF_MJD

__all__ = ["bare", "ended", "sexagesimal", "utc_of"]

_SCHEME = "ivo://"
_UNIX_EPOCH_JD = 2440587.5
_HOURS, _DEGREES = 100, 10
"""Units of the last digit: hundredths of a second, tenths of an arcsecond."""


def bare(ivorn: str) -> str:
    """Return a target's name as people say it, without its scheme."""
    return ivorn.removeprefix(_SCHEME)


def sexagesimal(ra: float, dec: float) -> str:
    """Return a position [deg] as hours and degrees, minutes and seconds."""
    sign = "-" if dec < 0 else "+"
    hours = _parts(ra / 15.0, _HOURS, 24)
    return f"{hours} {sign}{_parts(abs(dec), _DEGREES, 360)}"


def _parts(value: float, unit: int, turn: int) -> str:
    whole = round(value * 3600 * unit) % (turn * 3600 * unit)
    minutes, rest = divmod(whole, 60 * unit)
    digits = len(str(unit)) - 1
    seconds = f"{rest / unit:0{3 + digits}.{digits}f}"
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds}"


def utc_of(mjd: float) -> str:
    """Return an MJD [d] as date and time (UTC), to the minute."""
    days = mjd + JD_OF_MJD - _UNIX_EPOCH_JD
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)
    return f"{at:%Y-%m-%d %H:%M}"


def ended(sentence: str) -> str:
    """Return a sentence with a full stop, where nothing else ends it."""
    return sentence if sentence[-1:] in set(".?!") else f"{sentence}."
