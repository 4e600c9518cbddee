"""What is drawn over the picture of an image: stars, the target, north, a scale bar."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Arrow", "Bar", "Dot", "Overlay", "Ring", "Way", "closeup", "overlay"]

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
    target: tuple[float, float, float] | None,
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
        x, y and half-flux diameter [px].
    way
        How the image lies on the sky; nothing where it is not known.
    """
    width, height = size
    top = height - 1.0
    return Overlay(
        width,
        height,
        tuple(Dot(x, top - y, look, title) for x, y, look, title in _few(stars)),
        tuple(Dot(x, top - y, "charted", "") for x, y in _few(charted)),
        None if target is None else _ring(target[0], top - target[1], target[2]),
        () if way is None else _arrows(width, height, way),
        None if way is None else _bar(width, way.scale),
    )


def _few(things: Iterable[tuple[float, ...] | tuple[float, float, str, str]]) -> list:  # type: ignore[type-arg]
    return [one for one, _ in zip(things, range(_MOST), strict=False)]


def closeup(whole: Overlay, hfd: float) -> Overlay | None:
    """Return the part of an overlay that the cut-out around the target shows."""
    if whole.target is None:
        return None
    half = max(_FEWEST, round(_AWAY * hfd))
    left = round(whole.target.x) - half
    top = round(whole.target.y) - half
    side = 2 * half + 1

    def moved(dots: Sequence[Dot]) -> tuple[Dot, ...]:
        return tuple(
            Dot(dot.x - left, dot.y - top, dot.look, dot.title)
            for dot in dots
            if 0 <= dot.x - left <= side and 0 <= dot.y - top <= side
        )

    ring = _ring(whole.target.x - left, whole.target.y - top, hfd)
    return Overlay(side, side, moved(whole.dots), moved(whole.charted), ring)


def _ring(x: float, y: float, hfd: float) -> Ring:
    return Ring(x, y, hfd, _INNER * hfd, _OUTER * hfd)


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
