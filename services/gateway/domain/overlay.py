"""What is drawn over the picture of an image: stars, the target, north, a scale bar."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

__all__ = [
    "Arrow",
    "Bar",
    "Dot",
    "Overlay",
    "Ring",
    "Target",
    "Way",
    "closeup",
    "overlay",
]

Target = tuple[float, float, float, float]

_MIDDLE = 0.5
"""A pixel is counted from its middle, a picture from its edge."""
_MOST = 3000
_ARM = 0.06
_LONGEST_BAR = 0.25
_BARS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
_MINUTE, _DEGREE = 60, 3600
_INNER, _OUTER = 3.5, 5.5
_AWAY = 10.0
_FEWEST = 16


@dataclass(frozen=True)
class Dot:
    """A star on the picture [px], how it is drawn and what is said of it."""

    x: float
    y: float
    look: str
    title: str


@dataclass(frozen=True)
class Ring:
    """The target: its place, circle and annulus [px]."""

    x: float
    y: float
    radius: float
    inner: float
    outer: float


@dataclass(frozen=True)
class Arrow:
    """A direction on the sky, from the corner [px]."""

    name: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Bar:
    """A scale bar: its length [px], and what that is on the sky."""

    length: float
    label: str


@dataclass(frozen=True)
class Way:
    """How an image lies: scale [arcsec/px], position angle of y [deg], parity."""

    scale: float
    up: float
    parity: int


@dataclass(frozen=True)
class Overlay:
    """All of it, in a picture of some pixels with its first row at the bottom."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    charted: tuple[Dot, ...] = ()
    target: Ring | None = None
    arrows: tuple[Arrow, ...] = ()
    bar: Bar | None = None


def overlay(
    size: tuple[int, int],
    stars: Iterable[tuple[float, float, str, str]],
    charted: Iterable[tuple[float, float]],
    target: Target | None,
    way: Way | None,
) -> Overlay:
    """Return what is drawn over a whole image.

    Parameters
    ----------
    size
        Width and height [px].
    stars
        x and y [px], look and title of each.
    charted
        Where reference stars should be [px].
    target
        x, y, radius of its circle and half-flux diameter [px].
    way
        How the image lies on the sky; nothing where it is not known.
    """
    width, height = size
    drawn = [
        Dot(x + _MIDDLE, height - _MIDDLE - y, look, title)
        for x, y, look, title in islice(stars, _MOST)
    ]
    known = [
        Dot(x + _MIDDLE, height - _MIDDLE - y, "charted", "")
        for x, y in islice(charted, _MOST)
    ]
    return Overlay(
        width,
        height,
        tuple(drawn),
        tuple(known),
        None if target is None else _ring(target, height),
        () if way is None else _arrows(width, height, way),
        None if way is None else _bar(width, way.scale),
    )


def closeup(whole: Overlay, hfd: float) -> Overlay | None:
    """Return the part of an overlay that the cut-out around the target shows."""
    ring = whole.target
    if ring is None:
        return None
    half = max(_FEWEST, round(_AWAY * hfd))
    left, top = math.floor(ring.x) - half, math.floor(ring.y) - half
    side = 2 * half + 1
    near = tuple(
        replace(dot, x=dot.x - left, y=dot.y - top)
        for dot in whole.charted
        if 0 <= dot.x - left <= side and 0 <= dot.y - top <= side
    )
    moved = replace(ring, x=ring.x - left, y=ring.y - top)
    return Overlay(side, side, (), near, moved)


def _ring(target: Target, height: int) -> Ring:
    x, y, radius, hfd = target
    x, y = x + _MIDDLE, height - _MIDDLE - y
    return Ring(x, y, radius, _INNER * hfd, _OUTER * hfd)


def _arrows(width: int, height: int, way: Way) -> tuple[Arrow, ...]:
    """Return north and east, in the upper left corner of the picture."""
    arm = _ARM * min(width, height)
    x, y = 1.6 * arm, 1.6 * arm
    turned: Mapping[str, float] = {"N": -way.up, "E": 90.0 - way.up}
    found = []
    for name, angle in turned.items():
        # counter-clockwise from up, unless the picture is mirrored
        way_x = -math.sin(math.radians(angle)) * way.parity
        way_y = -math.cos(math.radians(angle))
        found.append(Arrow(name, x, y, x + arm * way_x, y + arm * way_y))
    return tuple(found)


def _bar(width: int, scale: float) -> Bar | None:
    fits = [one for one in _BARS if one / scale <= _LONGEST_BAR * width]
    if not fits:
        return None
    return Bar(fits[-1] / scale, _on_sky(fits[-1]))


def _on_sky(arcsec: int) -> str:
    if arcsec % _DEGREE == 0:
        return f"{arcsec // _DEGREE} deg"
    if arcsec % _MINUTE == 0:
        return f"{arcsec // _MINUTE} arcmin"
    return f"{arcsec} arcsec"
