"""Points on a plane, placed in a picture: what a template needs to draw a chart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Axis", "Chart", "Mark", "Point", "chart"]

Point = tuple[float, float, float, str, str]
"""Horizontal value, magnitude and its error [mag], look and title."""

_MARGIN = 68
_PADDING = 0.05
_TICKS = 6


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
class Axis:
    """Ticks of an axis: position [px] and label of each."""

    label: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Chart:
    """A chart, its size in [px]."""

    width: int
    height: int
    margin: int
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    start: float
    length: float

    def place(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * self.length


def chart(
    points: Sequence[Point],
    labels: tuple[str, str],
    size: tuple[int, int] = (720, 420),
) -> Chart:
    """Place points in a picture; magnitudes grow downwards, bright is up.

    Parameters
    ----------
    points
        Those without a place on either axis are left out.
    labels
        What the axes show.
    size
        Width and height [px].
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
    across = _scale(xs, _MARGIN, width - 2 * _MARGIN)
    down = _scale(ys, _MARGIN / 2, height - 1.5 * _MARGIN)
    marks = tuple(
        Mark(
            x=round(across.place(x), 1),
            y=round(down.place(y), 1),
            low=round(down.place(y - max(error, 0.0)), 1),
            high=round(down.place(y + max(error, 0.0)), 1),
            look=look,
            title=title,
            number=number,
        )
        for number, (x, y, error, look, title) in placed
    )
    return Chart(
        width, height, _MARGIN, _axis(labels[0], across), _axis(labels[1], down), marks
    )


def _scale(values: Sequence[float], start: float, length: float) -> _Scale:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    pad = (high - low) * _PADDING or 0.5
    return _Scale(low - pad, high + pad, start, length)


def _axis(label: str, scale: _Scale) -> Axis:
    rough = (scale.high - scale.low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * unit for unit in (1, 2, 5, 10) if power * unit >= rough)
    first = math.ceil(scale.low / step)
    last = math.floor(scale.high / step)
    digits = max(0, -math.floor(math.log10(step)))
    return Axis(
        label,
        tuple(
            (round(scale.place(n * step), 1), f"{n * step:.{digits}f}")
            for n in range(first, last + 1)
        ),
    )
