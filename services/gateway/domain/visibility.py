"""How high a target and the Moon stand over an observatory, this night."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.kernel.epochs import JD_OF_MJD
from shared.kernel.later import later

__all__ = ["Night", "night_at"]

erfa = later("erfa")
_STEPS = 145
_DARK = -12.0
"""Altitude of the Sun [deg] at nautical twilight."""
_USABLE = 30.0


@dataclass(frozen=True)
class Night:
    """A night from noon to noon of local mean time.

    Attributes
    ----------
    times
        MJD [d], UTC.
    target, moon
        Altitudes [deg] at those times.
    dark
        When the Sun is 12 deg below the horizon, MJD [d]; ``None`` if it never is.
    best
        When the target is highest in the dark, MJD [d]; ``None`` without a dark hour.
    usable
        Hours in the dark during which the target is above 30 deg.
    moon_away
        Angle between target and Moon at midnight [deg].
    moon_lit
        Lit part of the Moon at midnight, 0 to 1.
    """

    times: Sequence[float]
    target: Sequence[float]
    moon: Sequence[float]
    dark: tuple[float, float] | None
    best: float | None
    usable: float
    moon_away: float
    moon_lit: float


def night_at(
    place: tuple[float, float], site: tuple[float, float], now: float
) -> Night:
    """Return the night that is, or the next one; altitudes are good to 2 deg.

    Parameters
    ----------
    place
        Right ascension and declination (ICRS) [deg].
    site
        Longitude, east positive, and geodetic latitude [deg].
    now
        MJD [d], UTC.
    """
    noon = math.floor(now + site[0] / 360.0 - 0.5) + 0.5 - site[0] / 360.0
    times = noon + np.linspace(0.0, 1.0, _STEPS)
    sun, moon = _sun(times), _moon(times)
    star = np.broadcast_to(_unit(*place), sun.shape)
    up = [_altitudes(one, times, site) for one in (star, moon, sun)]
    dark = up[2] < _DARK
    middle = _STEPS // 2
    night = times[dark]
    return Night(
        times=times.tolist(),
        target=up[0].tolist(),
        moon=up[1].tolist(),
        dark=(float(night[0]), float(night[-1])) if dark.any() else None,
        best=float(night[np.argmax(up[0][dark])]) if dark.any() else None,
        usable=24.0 * float(np.mean(dark & (up[0] > _USABLE))),
        moon_away=_angle(star[middle], moon[middle]),
        moon_lit=0.5 * (1.0 - float(sun[middle] @ moon[middle])),
    )


def _unit(ra: float, dec: float) -> np.ndarray:
    a, d = math.radians(ra), math.radians(dec)
    return np.array([math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d)])


def _sun(times: np.ndarray) -> np.ndarray:
    """Return the Sun's geocentric directions."""
    earth, _ = erfa.epv00(JD_OF_MJD, times)
    return _normal(-earth["p"])


def _moon(times: np.ndarray) -> np.ndarray:
    """Return the Moon's geocentric directions."""
    return _normal(erfa.moon98(JD_OF_MJD, times)["p"])


def _normal(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths)


def _angle(one: np.ndarray, other: np.ndarray) -> float:
    return math.degrees(math.acos(max(-1.0, min(1.0, float(one @ other)))))


def _altitudes(
    directions: np.ndarray, times: np.ndarray, site: tuple[float, float]
) -> np.ndarray:
    """Return altitudes [deg], the turning of the equator since J2000 left out."""
    longitude, latitude = map(math.radians, site)
    turned = erfa.gmst06(JD_OF_MJD, times, JD_OF_MJD, times) + longitude
    x, y, z = np.moveaxis(directions, -1, 0)
    along = x * np.cos(turned) + y * np.sin(turned)
    sine = math.sin(latitude) * z + math.cos(latitude) * along
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))
