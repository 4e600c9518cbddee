"""Times at the Sun and the barycentre, made times at the telescope."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

__all__ = ["Solar"]

_JD = 2400000.5
_TDB = 69.184 / 86400
"""TDB − UTC [d] since 2017 (IERS Bulletin C 52), good to 2 ms."""
_LIGHT = 499.004784 / 86400
"""Light's way through an astronomical unit [d]."""
_NAMES = ("HJD", "HELJD", "BJD", "BJD_TDB")


@dataclass(frozen=True)
class Solar:
    """A heliocentric or barycentric time of mid-exposure, as MJD [d].

    ``tdb``: in barycentric dynamical time, not in UTC.
    """

    name: str
    mjd: float
    tdb: bool

    @classmethod
    def of(cls, cards: Mapping[str, str]) -> Self | None:
        """Return the time at the Sun that cards tell, if one does."""
        for name in _NAMES:
            try:
                written = float(cards[name])
            except (KeyError, ValueError):
                continue
            mjd = written - _JD if written > _JD else written
            return cls(name, mjd, name.startswith("BJD"))
        return None

    def at_telescope(self, ra: float, dec: float) -> float:
        """Return the time at the telescope, MJD [d] UTC, for a place (ICRS) [deg].

        The Sun by the low-precision formulae of the Astronomical Almanac, page C5:
        heliocentric times are good to a second, barycentric ones to five.
        """
        days = self.mjd - 51544.5
        anomaly = math.radians(357.528 + 0.9856003 * days)
        longitude = math.radians(
            280.46
            + 0.9856474 * days
            + 1.915 * math.sin(anomaly)
            + 0.02 * math.sin(2 * anomaly)
        )
        distance = (
            1.00014 - 0.01671 * math.cos(anomaly) - 0.00014 * math.cos(2 * anomaly)
        )
        tilt = math.radians(23.439)
        sun = (
            math.cos(longitude),
            math.cos(tilt) * math.sin(longitude),
            math.sin(tilt) * math.sin(longitude),
        )
        a, d = math.radians(ra), math.radians(dec)
        star = (math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d))
        ahead = sum(one * other for one, other in zip(sun, star, strict=True))
        return self.mjd + _LIGHT * distance * ahead - (_TDB if self.tdb else 0.0)
