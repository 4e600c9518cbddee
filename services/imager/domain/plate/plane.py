"""The plane that touches the sky at a place, as complex numbers."""

import math

import numpy as np
from numpy.typing import NDArray

from shared.kernel.arrays import FloatArray

__all__ = ["ARCSEC", "ComplexArray", "off_plane", "onto_plane"]

ComplexArray = NDArray[np.complex128]

ARCSEC = 180 * 3600 / math.pi
"""[arcsec] of a radian."""


def onto_plane(
    ra: FloatArray, dec: FloatArray, centre: tuple[float, float]
) -> ComplexArray:
    """Return positions (ICRS) [deg], shape (n,), on the plane [arcsec].

    Calabretta & Greisen (2002), equations 54 and 55; what is 90 deg and more from the
    centre is NaN.
    """
    alpha = np.radians(ra) - math.radians(centre[0])
    delta, middle = np.radians(dec), math.radians(centre[1])
    depth = math.sin(middle) * np.sin(delta) + math.cos(middle) * np.cos(
        delta
    ) * np.cos(alpha)
    depth = np.where(depth > 0, depth, np.nan)
    east = np.cos(delta) * np.sin(alpha) / depth
    north = (
        math.cos(middle) * np.sin(delta)
        - math.sin(middle) * np.cos(delta) * np.cos(alpha)
    ) / depth
    return np.asarray(ARCSEC * (east + 1j * north), dtype=complex)


def off_plane(
    placed: ComplexArray, centre: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return RA and Dec (ICRS) [deg], shape (n,), of places on the plane [arcsec]."""
    east, north = placed.real / ARCSEC, placed.imag / ARCSEC
    middle = math.radians(centre[1])
    depth = math.cos(middle) - north * math.sin(middle)
    ra = np.degrees(math.radians(centre[0]) + np.arctan2(east, depth)) % 360
    dec = np.degrees(
        np.arctan2(math.sin(middle) + north * math.cos(middle), np.hypot(east, depth))
    )
    return ra, dec
