"""Small faults of the uploaded positions: found, measured, repaired.

The uploaded stars are shifted, turned and stretched, in the tangent plane of the
field, onto the reference stars.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.brightness import brightest
from services.catalog.domain.positions import Positions
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import FloatArray, IndexArray
from shared.kernel.median import median
from shared.kernel.sphere import chord, directions, tangents

__all__ = ["SEARCH", "Plane", "Repair", "find_repair"]


SEARCH = 15.0
"""How far off uploaded positions may be [arcsec]."""

_BOXES = round(2 * SEARCH)
_ARCSEC = 180 * 3600 / math.pi
_VOTERS = 300
_FITTED = 1000
_SETTLED = 0.02
_LANDSLIDE = 5.0
_HALF_BOX = 1.5
_FEWEST = 5
_FEWEST_TO_TURN = 10
_REACH = 3.0
_ROUNDS = 5
_SIGNIFICANT = 5.0
_FAR = 4.0
_WIDTHS = np.geomspace(0.05, 1.5, 12)[:, None]
_CONVINCING = 10.0


@dataclass(frozen=True)
class Plane:
    """The gnomonic plane that touches the sphere at the middle of a field.

    Coordinates are complex: east + i · north [arcsec].
    """

    middle: FloatArray
    east: FloatArray
    north: FloatArray

    @classmethod
    def of(cls, vectors: FloatArray) -> "Plane":
        """Return the plane of a field of unit vectors, shape (n, 3)."""
        middle = vectors.mean(axis=0)
        east, north = tangents(*directions(middle))
        return cls(middle / np.linalg.norm(middle), east, north)

    @cached_property
    def _axes(self) -> FloatArray:
        return np.stack([self.middle, self.east, self.north])

    def project(self, vectors: FloatArray) -> NDArray[np.complex128]:
        """Return the places of unit vectors, shape (n, 3), on the plane."""
        along, east, north = self._axes @ vectors.T
        places = np.empty(len(vectors), dtype=np.complex128)
        places.real, places.imag = east / along * _ARCSEC, north / along * _ARCSEC
        return places

    def raise_up(self, places: NDArray[np.complex128]) -> FloatArray:
        """Return the unit vectors, shape (n, 3), of places on the plane."""
        east, north = places.real / _ARCSEC, places.imag / _ARCSEC
        vectors = np.stack([np.ones(len(places)), east, north], axis=1) @ self._axes
        raised: FloatArray = vectors / np.sqrt(1 + east**2 + north**2)[:, None]
        return raised


@dataclass(frozen=True)
class Repair:
    """reference = turn · uploaded − shift, on the plane.

    Attributes
    ----------
    shift
        Uploaded − reference in the middle of the field [arcsec].
    turn
        1 + i · angle [rad] for a small rotation; its modulus is a scale.
    stars
        How many stars it was measured with.
    largest
        How far any star is moved [arcsec].
    """

    plane: Plane
    shift: complex = 0j
    turn: complex = 1 + 0j
    stars: int = 0
    largest: float = 0.0

    @property
    def rotation(self) -> float:
        """Angle by which uploaded positions are turned from north to east [deg]."""
        return math.degrees(math.atan2(self.turn.imag, self.turn.real))

    @property
    def scale(self) -> float:
        """Uploaded over reference distances."""
        return 1 / abs(self.turn)

    def moved(self, places: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return where uploaded places on the plane belong."""
        return self.turn * places - self.shift

    def apply(self, uploaded: Positions) -> Positions:
        """Return uploaded positions where the reference stars are."""
        places = self.plane.project(uploaded.vectors)
        return Positions.of(*directions(self.plane.raise_up(self.moved(places))))


def find_repair(
    uploaded: Positions, mag: FloatArray, reference: ReferenceStars
) -> Repair:
    """Return the shift, and with enough stars rotation and scale, of a field.

    The brightest stars vote for the shift among all within 15 arcsec; the nearest
    neighbours after it are then fitted by least squares, outliers left out. What is
    not significant is left at nothing, and the whole if it does not make the pairs more
    and closer.

    Parameters
    ----------
    uploaded, mag
        The uploaded stars and their magnitudes [mag], shape (n,).
    reference
        Reference stars around the field.
    """
    plane = Plane.of(uploaded.vectors)
    places = plane.project(uploaded.vectors)
    bright = brightest(mag, np.arange(len(mag)), _FITTED)
    shift = _elected(plane, places[bright[:_VOTERS]], reference)
    if shift is None:
        return Repair(plane)
    tried = places[bright]
    found = _refined(Repair(plane, shift), tried, reference)
    gain = _evidence(plane, found.moved(tried), reference)
    if gain < _evidence(plane, tried, reference) + _CONVINCING:
        return Repair(plane)
    largest = np.abs(found.moved(places) - places).max()
    return replace(found, largest=float(largest))


def _evidence(
    plane: Plane, places: NDArray[np.complex128], reference: ReferenceStars
) -> float:
    """Return how much more probable the nearest pairs are as real than by accident.

    A logarithm. Real pairs are a Rayleigh law apart, of whatever width suits them best;
    accidents fill the reach evenly. A reference star counts once.
    """
    near = reference.neighbours.nearest(plane.raise_up(places), chord(_REACH / 3600))
    closest = np.full(len(reference), np.inf)
    np.minimum.at(closest, near.star, near.squared)
    squared = closest[np.isfinite(closest)] * _ARCSEC**2
    odds = np.log(_REACH**2 / 2 / _WIDTHS**2) - squared / (2 * _WIDTHS**2)
    return float(np.maximum(odds, 0).sum(axis=1).max())


def _elected(
    plane: Plane, places: NDArray[np.complex128], reference: ReferenceStars
) -> complex | None:
    """Return the shift that most voters agree on, if it is no accident."""
    votes = _votes(plane, places, reference)
    crowd = _crowd(votes)
    east, north = divmod(int(np.argmax(crowd)), _BOXES)
    expected = 9 * len(votes) / (math.pi * SEARCH**2)
    least = max(_FEWEST, expected + _LANDSLIDE * math.sqrt(expected))
    if crowd[east, north] < least:
        return None
    away = votes - complex(east + 0.5 - SEARCH, north + 0.5 - SEARCH)
    chosen = votes[(np.abs(away.real) <= _HALF_BOX) & (np.abs(away.imag) <= _HALF_BOX)]
    return complex(median(chosen.real), median(chosen.imag))


def _crowd(votes: NDArray[np.complex128]) -> IndexArray:
    """Return how many votes fall in and around each box of an arcsec's width."""
    east, north = (
        np.clip(np.floor(along + SEARCH), 0, _BOXES - 1).astype(np.intp)
        for along in (votes.real, votes.imag)
    )
    counts = np.bincount(east * _BOXES + north, minlength=_BOXES**2)
    padded = np.pad(counts.reshape(_BOXES, _BOXES), 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    crowd: IndexArray = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    return crowd


def _votes(
    plane: Plane, places: NDArray[np.complex128], reference: ReferenceStars
) -> NDArray[np.complex128]:
    """Return uploaded − reference [arcsec] of all pairs within the search radius."""
    near = reference.neighbours.within(plane.raise_up(places), chord(SEARCH / 3600))
    if near is None:
        return np.zeros(0, dtype=np.complex128)
    there = plane.project(reference.vectors[near.star])
    votes: NDArray[np.complex128] = places[near.place] - there
    return votes


def _refined(
    repair: Repair, places: NDArray[np.complex128], reference: ReferenceStars
) -> Repair:
    for _ in range(_ROUNDS):
        before = repair.moved(places)
        near = reference.neighbours.nearest(
            repair.plane.raise_up(before), chord(_REACH / 3600)
        )
        if len(near.place) < _FEWEST:
            return Repair(repair.plane)
        goal = repair.plane.project(reference.vectors[near.star])
        repair = _fitted(repair, places[near.place], goal)
        if np.abs(repair.moved(places) - before).max() < _SETTLED:
            break
    return repair


def _fitted(
    repair: Repair, places: NDArray[np.complex128], goal: NDArray[np.complex128]
) -> Repair:
    """Return the least squares fit to the pairs that agree with one another."""
    left = repair.moved(places) - goal
    away = np.abs(left - complex(median(left.real), median(left.imag)))
    kept = away <= _FAR * median(away)
    places, goal = places[kept], goal[kept]
    count, middle, mean = len(places), places.mean(), goal.mean()
    turn = 1 + 0j
    arm, aim = places - middle, goal - mean
    spread = float(np.sum(np.abs(arm) ** 2))
    if count >= _FEWEST_TO_TURN and spread > 0:
        fit = complex(np.sum(np.conj(arm) * aim) / spread)
        noise = math.sqrt(float(np.sum(np.abs(aim - fit * arm) ** 2)) / count / spread)
        turn = fit if abs(fit - 1) > _SIGNIFICANT * noise else turn
    return Repair(repair.plane, complex(turn * middle - mean), turn, count)
