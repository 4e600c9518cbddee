"""Points on a plane, placed in a picture: what a template needs to draw a chart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Axis", "Chart", "Line", "Mark", "Plane", "Point", "Rule", "chart"]

Point = tuple[float, float, float, str, str]
"""Horizontal value, vertical value and its error, look and title."""

_MARGIN = 68.0
_PADDING = 0.05
_TICKS = 6


@dataclass(frozen=True)
class Line:
    """A straight line over the whole picture, and how it looks."""

    intercept: float
    slope: float
    look: str


@dataclass(frozen=True)
class Plane:
    """What a picture shows: labels of its axes, which way they run, its lines.

    Attributes
    ----------
    up, left
        Whether values grow upwards (magnitudes grow downwards), and to the left.
    square
        Whether both axes have one scale, with zero in the middle.
    """

    x: str
    y: str
    up: bool = False
    left: bool = False
    square: bool = False
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Mark:
    """One point: where it stands in the picture [px], how it looks, what it says.

    ``number`` is its place among the points that were given.
    """

    x: float
    y: float
    low: float
    high: float
    look: str
    title: str
    number: int


@dataclass(frozen=True)
class Rule:
    """A line in the picture, from end to end [px]."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


@dataclass(frozen=True)
class Axis:
    """Ticks of an axis: position [px] and label of each."""

    label: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Chart:
    """A chart, its size in [px]."""

    width: int
    height: int
    margin: float
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class _Scale:
    """Values from ``low`` to ``high``, placed from ``start`` on [px]."""

    low: float
    high: float
    start: float
    length: float

    def place(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * self.length

    def turned(self) -> "_Scale":
        return _Scale(self.high, self.low, self.start, self.length)


def chart(
    points: Sequence[Point],
    plane: Plane,
    size: tuple[int, int] = (720, 420),
    margin: float = _MARGIN,
) -> Chart:
    """Place points in a picture.

    Parameters
    ----------
    points
        Those without a place on either axis are left out.
    plane
        What the axes show.
    size, margin
        Width and height, and what is kept free for labels [px].
    """
    width, height = size
    placed = [
        (number, point)
        for number, point in enumerate(points)
        if math.isfinite(point[0]) and math.isfinite(point[1])
    ]
    xs = [x for _, (x, *_) in placed]
    bars = [(y, max(error, 0.0)) for _, (_, y, error, *_) in placed]
    ys = [y + sign * bar for y, bar in bars for sign in (-1, 1)]
    room = (width - 2 * margin, height - 1.5 * margin)
    if plane.square:
        reach = max(map(abs, xs + ys), default=1.0) / min(room)
        xs, ys = ([-reach * length, reach * length] for length in room)
    across = _scale(xs, margin, room[0])
    down = _scale(ys, margin / 2, room[1])
    across = across.turned() if plane.left else across
    down = down.turned() if plane.up else down
    drawn = [_ruled(line, across, down) for line in plane.lines]
    return Chart(
        width,
        height,
        margin,
        _axis(plane.x, across),
        _axis(plane.y, down),
        tuple(_mark(number, point, across, down) for number, point in placed),
        tuple(rule for rule in drawn if rule is not None),
    )


def _mark(number: int, point: Point, across: _Scale, down: _Scale) -> Mark:
    x, y, error, look, title = point
    ends = [down.place(y + sign * max(error, 0.0)) for sign in (-1, 1)]
    return Mark(
        x=round(across.place(x), 1),
        y=round(down.place(y), 1),
        low=round(min(ends), 1),
        high=round(max(ends), 1),
        look=look,
        title=title,
        number=number,
    )


def _scale(values: Sequence[float], start: float, length: float) -> _Scale:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    pad = (high - low) * _PADDING or 0.5
    return _Scale(low - pad, high + pad, start, length)


def _ruled(line: Line, across: _Scale, down: _Scale) -> Rule | None:
    """Return the part of a line that the picture holds, if it holds any."""
    first, last = sorted((across.low, across.high))
    if line.slope:
        bounds = [(y - line.intercept) / line.slope for y in (down.low, down.high)]
        first, last = max(first, min(bounds)), min(last, max(bounds))
    ends = [(x, line.intercept + line.slope * x) for x in (first, last)]
    low, high = sorted((down.low, down.high))
    if first > last or not all(low - 1e-9 <= y <= high + 1e-9 for _, y in ends):
        return None
    (x1, y1), (x2, y2) = [
        (round(across.place(x), 1), round(down.place(y), 1)) for x, y in ends
    ]
    return Rule(x1, y1, x2, y2, line.look)


def _axis(label: str, scale: _Scale) -> Axis:
    low, high = sorted((scale.low, scale.high))
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * unit for unit in (1, 2, 5, 10) if power * unit >= rough)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return Axis(
        label,
        tuple(
            (round(scale.place(n * step), 1), f"{n * step:.{digits}f}")
            for n in range(math.ceil(low / step), math.floor(high / step) + 1)
        ),
    )
