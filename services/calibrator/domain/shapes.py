"""Shapes that a run of the zero-point over an image may have, as columns of a fit.

The simplest first: a plane, the fall of light towards the corners, the chips of a
mosaic, and a step: a shadow, a cloud's edge or an amplifier of its own gain parts the
image by a straight edge or cuts off a corner, at any angle.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol, overload

import numpy as np
from typing_extensions import override

from services.calibrator.domain.model import FloatArray, IndexArray
from services.calibrator.domain.robust import quantiles

__all__ = ["KINDS", "Places", "Shape", "columns_of", "finer", "shapes_of"]

_ANGLES = np.arange(12) * np.pi / 12
_CUTS = np.linspace(0.1, 0.9, 17)
_CORNER_ANGLES = np.arange(6) * np.pi / 12
_CORNER_CUTS = np.linspace(0.2, 0.8, 9)
_FEWEST_ON_A_CHIP = 3
_MOST_CHIPS = 64
_POINT = 1e-9
_NEIGHBOURS = 8


@dataclass(frozen=True)
class Places:
    """Where stars are, shape (n,), and the chip of a mosaic that each is on.

    ``east`` and ``north`` are the distances from the target [deg].
    """

    east: FloatArray
    north: FloatArray
    chip: IndexArray

    def chosen(self, chosen: IndexArray) -> "Places":
        """Return some of the places, by their indices."""
        return Places(self.east[chosen], self.north[chosen], self.chip[chosen])

    def along(self, angles: FloatArray) -> FloatArray:
        """Return how far each is [deg] in directions, shape (a, n).

        Parameters
        ----------
        angles
            From east to north [rad], shape (a,).
        """
        east, north = np.cos(angles)[:, None], np.sin(angles)[:, None]
        along: FloatArray = self.east * east + self.north * north
        return along


class Shape(Protocol):
    """What a run may look like, but for how large it is."""

    def at(self, places: Places) -> FloatArray:
        """Return its columns at some places, shape (k, n)."""
        ...


@dataclass(frozen=True)
class Plane:
    """A linear run, a column for each direction [deg]."""

    def at(self, places: Places) -> FloatArray:
        """Return the distances east and north."""
        return np.stack([places.east, places.north])


@dataclass(frozen=True)
class Vignetting:
    """The fall of light towards the corners: 0 in the middle, 1 at ``reach`` [deg]."""

    east: float
    north: float
    reach: float

    def at(self, places: Places) -> FloatArray:
        """Return the squared distance from the middle."""
        away = np.hypot(places.east - self.east, places.north - self.north)
        return (away / self.reach)[None] ** 2


@dataclass(frozen=True)
class Chips:
    """A zero-point of its own for each of some chips, a column each."""

    numbers: tuple[int, ...]

    def at(self, places: Places) -> FloatArray:
        """Return which stars are on which."""
        return np.equal.outer(self.numbers, places.chip).astype(np.float64)


@dataclass(frozen=True)
class Beyond:
    """All that lies beyond straight edges: one, or two at a corner.

    Attributes
    ----------
    edges
        For each the direction across it [rad] and how far it is from the target [deg].
    """

    edges: tuple[tuple[float, float], ...]

    def at(self, places: Places) -> FloatArray:
        """Return 1 beyond all edges, 0 elsewhere."""
        angles, cuts = np.array(self.edges).T
        beyond = (places.along(angles) >= cuts[:, None]).all(axis=0, keepdims=True)
        return np.asarray(beyond, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Edges(Sequence[Shape]):
    """Many of ``Beyond``, each of one or two edges.

    Attributes
    ----------
    angle, cut
        The direction across each edge [rad] and how far it is from the target [deg],
        shape (s, e).
    """

    angle: FloatArray
    cut: FloatArray

    @override
    def __len__(self) -> int:
        return len(self.angle)

    @overload
    def __getitem__(self, one: int) -> Beyond: ...

    @overload
    def __getitem__(self, one: slice) -> "Edges": ...

    @override
    def __getitem__(self, one: int | slice) -> "Beyond | Edges":
        """Return one of them, or some."""
        angle, cut = self.angle[one], self.cut[one]
        if isinstance(one, slice):
            return Edges(angle, cut)
        return Beyond(tuple(zip(angle.tolist(), cut.tolist(), strict=True)))

    def columns(self, places: Places) -> FloatArray:
        """Return the columns of all at some places, shape (s, 1, n)."""
        angles, which = np.unique(self.angle, return_inverse=True)
        along, which = places.along(angles), which.reshape(self.angle.shape)
        beyond = [
            along[edge] >= cut[:, None]
            for edge, cut in zip(which.T, self.cut.T, strict=True)
        ]
        columns: FloatArray = np.logical_and.reduce(beyond)[:, None].astype(np.float64)
        return columns


def _planes(places: Places) -> list[Shape]:  # noqa: ARG001 - the same for all
    return [Plane()]


def _vignettings(places: Places) -> list[Shape]:
    middle = [
        float(each.max() + each.min()) / 2 for each in (places.east, places.north)
    ]
    away = np.hypot(places.east - middle[0], places.north - middle[1])
    return [Vignetting(middle[0], middle[1], max(float(away.max()), _POINT))]


def _chips(places: Places) -> list[Shape]:
    """Return the chips but for the fullest, which the others are compared with."""
    numbers, counts = np.unique(places.chip, return_counts=True)
    enough = numbers[counts >= _FEWEST_ON_A_CHIP]
    if not 1 < len(enough) <= _MOST_CHIPS:
        return []
    fullest = numbers[np.argmax(counts)]
    return [Chips(tuple(int(one) for one in enough if one != fullest))]


def _edges(places: Places) -> Edges:
    cuts = quantiles(places.along(_ANGLES), _CUTS)
    return Edges(_ANGLES.repeat(len(_CUTS))[:, None], cuts.reshape(-1, 1))


def _corners(places: Places) -> Edges:
    """Return what lies beyond two edges at right angles, in all four corners."""
    pairs = [
        (angle + one, angle + other + np.pi / 2)
        for angle in _CORNER_ANGLES
        for one, other in product((0, np.pi), repeat=2)
    ]
    angles = np.array(pairs)
    cuts = quantiles(places.along(angles.ravel()), _CORNER_CUTS)
    first, second = cuts.reshape(len(pairs), 2, -1).transpose(1, 0, 2)
    each = len(_CORNER_CUTS)
    beyond = np.stack([first.repeat(each, axis=1), np.tile(second, each)], axis=-1)
    return Edges(angles.repeat(each**2, axis=0), beyond.reshape(-1, 2))


_MAKERS: dict[str, Callable[[Places], Sequence[Shape]]] = {
    "plane": _planes,
    "vignetting": _vignettings,
    "chips": _chips,
    "step": _edges,
    "corner": _corners,
}

KINDS = tuple(_MAKERS)
"""All kinds of shapes, the simplest first."""


def finer(shape: Shape, places: Places) -> Sequence[Shape]:
    """Return a shape with its edges where no star tells them from where they are.

    They are put between the stars next to them, and on both sides of the target.
    """
    if not isinstance(shape, Beyond):
        return [shape]
    along = places.along(np.array([angle for angle, _ in shape.edges]))
    moved = [
        _between(far, angle, cut)
        for far, (angle, cut) in zip(along, shape.edges, strict=True)
    ]
    return [Beyond(edges) for edges in product(*moved)]


def _between(along: FloatArray, angle: float, cut: float) -> list[tuple[float, float]]:
    ordered = np.unique(np.append(along, 0.0))
    middles = (ordered[1:] + ordered[:-1]) / 2
    nearest = np.argsort(np.abs(middles - cut), kind="stable")[:_NEIGHBOURS]
    return [(angle, float(middles[one])) for one in nearest]


def columns_of(shapes: Sequence[Shape], places: Places) -> FloatArray:
    """Return the columns of shapes of one kind at some places, shape (s, k, n)."""
    if isinstance(shapes, Edges):
        return shapes.columns(places)
    edges = [one.edges for one in shapes if isinstance(one, Beyond)]
    if edges:
        return Edges(*np.moveaxis(np.array(edges), -1, 0)).columns(places)
    return np.stack([shape.at(places) for shape in shapes])


def shapes_of(kind: str, places: Places) -> Sequence[Shape]:
    """Return the shapes of a kind that stars at some places may tell apart."""
    return _MAKERS[kind](places)
