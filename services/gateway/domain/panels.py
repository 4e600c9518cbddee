"""The panels of a calibration: the same stars in four pictures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.domain.chart import Chart, Line, Plane, Point, chart

__all__ = ["Measured", "Star", "deepest", "panels", "sky_map", "zero_point_chart"]

_SMALL = (440, 320)
_SKY = (420, 420)
_SKY_MARGIN = 56.0
_DEEP = 3
_MOST_PART = 0.9
_FAINTEST_TONE = 0.05
_ZERO = Line(0.0, 0.0, "rule")
_RESIDUAL = "catalogue − calibrated [mag]"
_TARGET = "target"


@dataclass(frozen=True)
class Star:
    """A matched star: position (ICRS) [deg], all else [mag].

    ``reason`` tells why it took no part; empty where it did. ``run`` is by how much the
    zero-point there is higher than at the target, and taken off its residual.
    """

    ra: float
    dec: float
    mag: float
    mag_err: float
    reference: float
    residual: float
    colour: float
    reason: str
    run: float = 0.0

    @property
    def look(self) -> str:
        """How it is drawn."""
        return "rejected" if self.reason else "used"

    @property
    def title(self) -> str:
        """What is said of it."""
        place = f"{self.ra:.5f} {self.dec:+.5f}"
        told = f"{place}: {self.mag:.3f}, catalogue {self.reference:.3f}"
        return f"{told}, residual {self.residual:+.3f}" + (
            f" ({self.reason})" if self.reason else ""
        )


@dataclass(frozen=True)
class Measured:
    """The target, as it was measured: position (ICRS) [deg], magnitudes [mag].

    ``mag`` is calibrated, NaN where it was not detected.
    """

    ra: float
    dec: float
    mag: float
    mag_err: float
    zero_point: float


def zero_point_chart(
    stars: Sequence[Star],
    name: str,
    target: Measured | None,
    size: tuple[int, int] = (720, 420),
) -> Chart:
    """Draw uploaded against catalogue magnitudes; ``name`` is the survey's band."""
    points = [_point(one, one.mag, one.reference) for one in stars]
    lines: tuple[Line, ...] = ()
    if target is not None:
        uploaded = target.mag - target.zero_point
        points.append((uploaded, target.mag, target.mag_err, _TARGET, "the target"))
        lines = (Line(target.zero_point, 1.0, "fit"),)
    plane = Plane("uploaded magnitude [mag]", f"{name} [mag]", lines=lines)
    return chart(points, plane, size)


def panels(
    stars: Sequence[Star], name: str, colour: str, target: Measured
) -> list[Chart]:
    """Draw zero-point, residuals by magnitude and by colour, and the sky.

    Parameters
    ----------
    stars
        In the order that the panels share.
    name, colour
        The survey's band, and the name of its colour; empty without one.
    target
        In the middle of the sky.
    """
    by_mag = Plane(f"{name} [mag]", _RESIDUAL, up=True, lines=(_ZERO,))
    points = [_point(one, one.reference, one.residual) for one in stars]
    drawn = [
        zero_point_chart(stars, name, target, _SMALL),
        chart([*points, (target.mag, 0.0, 0.0, _TARGET, "the target")], by_mag, _SMALL),
    ]
    if colour:
        points = [_point(one, one.colour, one.residual) for one in stars]
        by_colour = Plane(f"{colour} [mag]", _RESIDUAL, up=True, lines=(_ZERO,))
        drawn.append(chart(points, by_colour, _SMALL))
    return [*drawn, sky_map(stars, target)]


def sky_map(stars: Sequence[Star], target: Measured) -> Chart:
    """Draw the stars on the sky, north up and east to the left, by their residuals."""
    east = 60.0 * math.cos(math.radians(target.dec))
    full = deepest(stars)
    points: list[Point] = [
        (
            _turned(one.ra - target.ra) * east,
            60.0 * (one.dec - target.dec),
            0.0,
            f"{one.look} tone{_tone(one, full)}",
            one.title,
        )
        for one in stars
    ]
    plane = Plane("east [arcmin]", "north [arcmin]", up=True, left=True, square=True)
    points.append((0.0, 0.0, 0.0, _TARGET, "the target"))
    return chart(points, plane, _SKY, _SKY_MARGIN)


def deepest(stars: Sequence[Star]) -> float:
    """Return the deviation [mag] that has the deepest colour on the map."""
    sizes = sorted(abs(one.residual + one.run) for one in stars if not one.reason)
    if not sizes:
        return _FAINTEST_TONE
    return max(sizes[int(_MOST_PART * (len(sizes) - 1))], _FAINTEST_TONE)


def _tone(star: Star, full: float) -> int:
    """Return a tone from 0, uploaded too faint, by 3, to 6, uploaded too bright."""
    share = max(-1.0, min(1.0, (star.residual + star.run) / full))
    return _DEEP + round(share * _DEEP)


def _turned(angle: float) -> float:
    return (angle + 180.0) % 360.0 - 180.0


def _point(star: Star, x: float, y: float) -> Point:
    return (x, y, star.mag_err, star.look, star.title)
