"""Reads the search box: a name, part of one, or a place on the sky with a radius."""

import re
from dataclasses import dataclass
from typing import Literal

from services.gateway.domain.sexagesimal import SEXAGESIMAL, parted

__all__ = [
    "ANY",
    "ORDERS",
    "Cone",
    "Kind",
    "NamePart",
    "Order",
    "key_of",
    "parts_of",
    "read_search",
]

Order = Literal["published", "observed"]
"""What comes first in a list of targets: the last published, or the last observed."""


@dataclass(frozen=True)
class Kind:
    """Of which targets a list is: class and stream, and when they were published.

    Dates are ISO, as ``2026-11-25``; empty where anything goes.
    """

    classification: str = ""
    stream: str = ""
    since: str = ""
    until: str = ""


ANY = Kind()
"""Whatever there is."""

ORDERS: tuple[Order, ...] = ("published", "observed")

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_RADIUS = r"(?:[\s,]+(?:r=)?(\d+(?:\.\d+)?)\s*(deg|d|arcmin|'|arcsec|\")?)?"
_DEGREES = re.compile(rf"({_NUMBER})[\s,]+({_NUMBER}){_RADIUS}")
_HOURS = re.compile(rf"({SEXAGESIMAL})[\s,]+({SEXAGESIMAL}){_RADIUS}")
_UNITS = {"deg": 1.0, "d": 1.0, "arcmin": 60.0, "'": 60.0, "arcsec": 3600.0}
_ARCSEC = 3600.0
_SCHEME = "ivo://"
_BETWEEN = re.compile(r"[\s_\-\u2010-\u2015]+")
_LONGEST_NAME = 64
_RUN = 3
_WIDEST = 10.0
_DEFAULT = 2.0 / 60.0


@dataclass(frozen=True)
class NamePart:
    """A name or part of one, whatever the case."""

    text: str

    @property
    def told(self) -> str:
        """How the search was understood."""
        return f"names with “{self.text}”" if self.text else "all targets"


@dataclass(frozen=True)
class Cone:
    """A place on the sky: position (ICRS) and radius, all [deg]."""

    ra: float
    dec: float
    radius: float

    @property
    def told(self) -> str:
        """How the search was understood."""
        size = f"{self.radius * 60:g} arcmin"
        return f"within {size} of {self.ra:.5f} {self.dec:+.5f} deg (ICRS)"


def key_of(name: str) -> str:
    """Return a name without its case, its scheme, blanks, underscores and hyphens.

    ``SN 2024abc``, ``sn_2024abc`` and ``ivo://SN2024abc`` are written by people who
    mean one target.
    """
    return _BETWEEN.sub("", name.casefold().strip().removeprefix(_SCHEME))


def parts_of(name: str) -> list[str]:
    """Return all runs of three letters in the key of a name, sorted.

    A part of a name has its runs among them, so an index finds it.
    """
    key = key_of(name)[:_LONGEST_NAME]
    return sorted({key[place : place + _RUN] for place in range(len(key) - _RUN + 1)})


def read_search(text: str) -> NamePart | Cone:
    """Return what a search means.

    Two numbers are RA and Dec [deg]; with blanks or colons inside they are hours and
    degrees. A third number is the radius, in arcmin unless it has a unit.
    """
    clean = " ".join(text.split())
    degrees, hours = _DEGREES.fullmatch(clean), _HOURS.fullmatch(clean)
    if degrees is not None:
        cone = _cone(float(degrees[1]), float(degrees[2]), degrees[3], degrees[4])
    elif hours is not None:
        cone = _cone(15.0 * parted(hours[1]), parted(hours[2]), hours[3], hours[4])
    else:
        cone = None
    return cone or NamePart(clean)


def _cone(ra: float, dec: float, radius: str | None, unit: str | None) -> Cone | None:
    size = float(radius) / _UNITS.get(unit or "'", _ARCSEC) if radius else _DEFAULT
    if 0 <= ra < 360 and -90 <= dec <= 90 and 0 < size <= _WIDEST:  # noqa: PLR2004
        return Cone(ra, dec, size)
    return None
