"""Times: modified Julian dates [d] and Julian years, UTC."""

from datetime import UTC, datetime

__all__ = ["JD_OF_MJD", "julian_year", "mjd_now", "mjd_of", "time_of"]

JD_OF_MJD = 2_400_000.5
"""[d] What a modified Julian date lacks of a Julian date."""

_UNIX_EPOCH = 40587.0
_DAY = 86400.0
_J2000 = 51544.5
_YEAR = 365.25


def mjd_of(when: datetime) -> float:
    """Return a time as a modified Julian date [d]; one without a zone is UTC."""
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return _UNIX_EPOCH + aware.timestamp() / _DAY


def mjd_now() -> float:
    """Return the present as a modified Julian date [d]."""
    return mjd_of(datetime.now(UTC))


def time_of(mjd: float) -> datetime:
    """Return the time (UTC) of a modified Julian date [d]."""
    return datetime.fromtimestamp((mjd - _UNIX_EPOCH) * _DAY, UTC)


def julian_year(mjd: float) -> float:
    """Return a modified Julian date [d] as a Julian year."""
    return 2000 + (mjd - _J2000) / _YEAR
