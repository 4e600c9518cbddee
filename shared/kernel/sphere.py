"""Directions on the celestial sphere as unit vectors: no seam at 0h, no poles."""

import math

import numpy as np
from numpy.typing import ArrayLike

from shared.kernel.arrays import FloatArray

__all__ = [
    "bounding_cap",
    "chord",
    "directions",
    "separation",
    "tangents",
    "unit_vectors",
]


def unit_vectors(ra: ArrayLike, dec: ArrayLike) -> FloatArray:
    """Return unit vectors, shape (n, 3), of positions [deg] in the same frame."""
    alpha, delta = np.radians(ra), np.radians(dec)
    around = np.cos(delta)
    return np.stack(
        [around * np.cos(alpha), around * np.sin(alpha), np.sin(delta)], axis=-1
    )


def directions(vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return RA and Dec [deg] of vectors of any length, shape (n, 3)."""
    x, y, z = vectors.T
    ra = np.degrees(np.arctan2(y, x)) % 360
    dec: FloatArray = np.degrees(np.arctan2(z, np.hypot(x, y)))
    return ra, dec


def tangents(ra: ArrayLike, dec: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return unit vectors towards east and north, shape (n, 3) each."""
    alpha, delta = np.radians(ra), np.radians(dec)
    zero = np.zeros_like(alpha)
    east = np.stack([-np.sin(alpha), np.cos(alpha), zero], axis=-1)
    north = np.stack(
        [
            -np.sin(delta) * np.cos(alpha),
            -np.sin(delta) * np.sin(alpha),
            np.cos(delta),
        ],
        axis=-1,
    )
    return east, north


def chord(angle: float) -> float:
    """Return the straight distance between unit vectors an angle [deg] apart."""
    return 2 * math.sin(math.radians(angle) / 2)


def separation(ra: ArrayLike, dec: ArrayLike, centre: FloatArray) -> FloatArray:
    """Return the angles [deg] of positions [deg] from a unit vector."""
    distance = np.linalg.norm(unit_vectors(ra, dec) - centre, axis=-1)
    angle: FloatArray = np.degrees(2 * np.arcsin(np.clip(distance / 2, 0, 1)))
    return angle


def bounding_cap(vectors: FloatArray) -> tuple[float, float, float]:
    """Return centre RA and Dec and the radius [deg] of a cap around unit vectors."""
    mean = vectors.mean(axis=0)
    centre = mean / np.linalg.norm(mean)
    away = vectors - centre
    farthest = math.sqrt(float(np.einsum("ij,ij->i", away, away).max()))
    radius = math.degrees(2 * math.asin(min(farthest / 2, 1.0)))
    centre_ra = math.degrees(math.atan2(centre[1], centre[0])) % 360
    centre_dec = math.degrees(math.asin(float(np.clip(centre[2], -1, 1))))
    return centre_ra, centre_dec, radius
