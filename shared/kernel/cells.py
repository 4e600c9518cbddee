"""Cells of the sky: whole numbers by which a store finds what is near a place.

The sky is cut into zones of one degree of declination, each into cells about one
degree wide. All positions are ICRS [deg].
"""

import math

import numpy as np

from shared.kernel.arrays import FloatArray, IndexArray

__all__ = [
    "angle",
    "arcsec_between",
    "cell",
    "cells_around",
    "place_numbers",
    "places_of",
]

_ARCSEC = 3600.0
_ZONES = 180
_WIDEST = 360
_HUNDREDTHS = 360_000.0


def cell(ra: float, dec: float) -> int:
    """Return the cell of a position."""
    zone = _zone(dec)
    return zone * _WIDEST + int(ra % 360 / 360 * _cells_in(zone))


def cells_around(ra: float, dec: float, radius: float) -> list[int]:
    """Return all cells that a cone may touch."""
    found = []
    for zone in range(_zone(dec - radius), _zone(dec + radius) + 1):
        count = _cells_in(zone)
        reach = _reach(dec, radius) / 360 * count
        middle = ra % 360 / 360 * count
        first, last = math.floor(middle - reach), math.floor(middle + reach)
        places = {place % count for place in range(first, last + 1)}
        found += [zone * _WIDEST + place for place in sorted(places)]
    return found


def place_numbers(ra: FloatArray, dec: FloatArray) -> IndexArray:
    """Return a whole number below 2⁵³ for each place, to a hundredth of an arcsec.

    The same position has the same number, whoever asks; shape (n,).
    """
    around = int(360 * _HUNDREDTHS)
    across = np.rint(np.mod(ra, 360.0) * _HUNDREDTHS).astype(np.int64) % around
    up = np.rint((dec + 90.0) * _HUNDREDTHS).astype(np.int64)
    numbers: IndexArray = up * around + across
    return numbers


def places_of(numbers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the places (RA and Dec) that ``place_numbers`` gave numbers to."""
    up, across = np.divmod(numbers, 360 * _HUNDREDTHS)
    return across / _HUNDREDTHS, up / _HUNDREDTHS - 90.0


def angle(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Return the angle [deg] between two positions (haversine)."""
    across, along = math.radians(ra - other_ra), math.radians(dec - other_dec)
    cosines = math.cos(math.radians(dec)) * math.cos(math.radians(other_dec))
    square = math.sin(along / 2) ** 2 + cosines * math.sin(across / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(min(1.0, square))))


def arcsec_between(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Return the angle [arcsec] between two positions [deg]."""
    return _ARCSEC * angle(ra, dec, other_ra, other_dec)


def _zone(dec: float) -> int:
    return min(_ZONES - 1, max(0, math.floor(dec + _ZONES // 2)))


def _cells_in(zone: int) -> int:
    middle = math.radians(zone + 0.5 - _ZONES // 2)
    return max(1, int(_WIDEST * math.cos(middle)))


def _reach(dec: float, radius: float) -> float:
    """Return how far [deg] in right ascension a cone reaches at most."""
    pole = 90.0
    if abs(dec) + radius >= pole:
        return 180.0
    return math.degrees(
        math.asin(
            min(1.0, math.sin(math.radians(radius)) / math.cos(math.radians(dec)))
        )
    )
