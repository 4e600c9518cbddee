"""Every pair of like triangles votes for a scale, a rotation and a place."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.imager.domain.plate.plane import ComplexArray
from services.imager.domain.plate.stars import Detected, nearest
from services.imager.domain.plate.triangles import Triangles
from shared.kernel.arrays import FloatArray

__all__ = ["Hypothesis", "Scales", "hypotheses"]

_LIKE = 0.012
_MOST_ALIKE = 24
_FARTHEST = 0.55
_SCALE_CELL = 0.03
_TURN_CELL = np.radians(2.0)
_PLACE_CELL = 0.04


@dataclass(frozen=True)
class Scales:
    """Between which scales [arcsec/px] a solution is looked for."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Their geometric mean [arcsec/px]."""
        return float(np.sqrt(self.low * self.high))


@dataclass(frozen=True)
class Hypothesis:
    """Where the image may be: the plane is turn times the pixels, plus place.

    Attributes
    ----------
    votes
        How many pairs of triangles say so.
    parity
        −1 where pixels are mirrored first.
    turn
        Scale and rotation [arcsec/px].
    place
        Of the image's middle on the plane [arcsec].
    """

    votes: int
    parity: int
    turn: complex
    place: complex


def hypotheses(
    image: Detected,
    own: Triangles,
    chart: tuple[ComplexArray, Triangles],
    scales: Scales,
    most: int,
) -> list[Hypothesis]:
    """Return the hypotheses with most votes, those first.

    Parameters
    ----------
    image, own
        The image's stars, and triangles of the brightest.
    chart
        Reference stars [arcsec], and triangles of them.
    scales
        That are possible.
    most
        How many.
    """
    found: list[Hypothesis] = []
    for parity in (1, -1):
        turns, places = _ballots(image, own, chart, parity)
        size = np.abs(turns)
        fits = (size > scales.low) & (size < scales.high)
        fits &= np.abs(places) < _FARTHEST * image.diagonal * size
        cell = 2 * _PLACE_CELL * image.half * scales.middle
        counted = _counted(turns[fits], places[fits], cell, most)
        found += [Hypothesis(votes, parity, *where) for votes, where in counted]
    return sorted(found, key=lambda one: -one.votes)[:most]


def _ballots(
    image: Detected,
    own: Triangles,
    chart: tuple[ComplexArray, Triangles],
    parity: int,
) -> tuple[ComplexArray, ComplexArray]:
    """Return turn and place of every pair of like triangles, by least squares."""
    there, theirs = chart
    if not len(own) or not len(theirs):
        return np.empty(0, complex), np.empty(0, complex)
    code = own.code if parity > 0 else own.code.conj()
    away, near = nearest(theirs.tree, code, min(_MOST_ALIKE, len(theirs)), _LIKE)
    which, column = np.nonzero(np.isfinite(away))
    pixels = image.from_middle(parity)[own.corners[which]]
    stars = there[theirs.corners[near[which, column]]]
    middle, goal = pixels.mean(axis=1), stars.mean(axis=1)
    arms = pixels - middle[:, None]
    turn = np.sum(arms.conj() * (stars - goal[:, None]), axis=1)
    turn /= np.sum(np.abs(arms) ** 2, axis=1)
    return turn, goal - turn * middle


def _counted(
    turns: ComplexArray, places: ComplexArray, cell: float, most: int
) -> Iterator[tuple[int, tuple[complex, complex]]]:
    """Yield votes and medians of the fullest cells, in two grids half a cell apart."""
    if not len(turns):
        return
    key: FloatArray = np.column_stack(
        [
            np.log(np.abs(turns)) / _SCALE_CELL,
            np.angle(turns) / _TURN_CELL,
            places.real / cell,
            places.imag / cell,
        ]
    )
    for shift in (0.0, 0.5):
        boxes = np.floor(key + shift).astype(np.int64)
        _, member, counts = np.unique(
            boxes, axis=0, return_inverse=True, return_counts=True
        )
        member = member.ravel()
        for winner in np.argsort(-counts)[: most // 2]:
            chosen = member == winner
            yield int(counts[winner]), (_median(turns[chosen]), _median(places[chosen]))


def _median(numbers: ComplexArray) -> complex:
    return complex(np.median(numbers.real), np.median(numbers.imag))
