"""The panels of a calibration: the same stars in four pictures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.domain.chart import Chart, Point, chart

__all__ = ["Star", "deepest", "panels", "zero_point_chart"]

_SMALL = (420, 300)
_DEEP = 3
_MOST_PART = 0.9
_FAINTEST_TONE = 0.05


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


def zero_point_chart(
    stars: Sequence[Star], name: str, size: tuple[int, int] = (720, 420)
) -> Chart:
    """Draw uploaded against catalogue magnitudes; ``name`` is the survey's band."""
    points = [_point(one, one.mag, one.reference) for one in stars]
    return chart(points, ("uploaded magnitude [mag]", f"{name} [mag]"), size)


def panels(
    stars: Sequence[Star], name: str, colour: str, target: tuple[float, float]
) -> list[Chart]:
    """Draw zero-point, residuals by magnitude and by colour, and the sky.

    Parameters
    ----------
    stars
        In the order that the panels share.
    name, colour
        The survey's band, and the name of its colour; empty without one.
    target
        Position of the target (ICRS) [deg], the middle of the sky.
    """
    ra, dec = target
    east = 60.0 * math.cos(math.radians(dec))
    residual = "residual [mag]"
    drawn = [
        zero_point_chart(stars, name, _SMALL),
        chart(
            [_point(one, one.reference, one.residual) for one in stars],
            (f"{name} [mag]", residual),
            _SMALL,
        ),
    ]
    if colour:
        points = [_point(one, one.colour, one.residual) for one in stars]
        drawn.append(chart(points, (f"{colour} [mag]", residual), _SMALL))
    full = deepest(stars)
    sky: list[Point] = [
        (
            -_turned(one.ra - ra) * east,
            -60.0 * (one.dec - dec),
            0.0,
            f"{one.look} tone{_tone(one, full)}",
            one.title,
        )
        for one in stars
    ]
    return [*drawn, chart(sky, ("west [arcmin]", "south [arcmin]"), _SMALL)]


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
    return (x, y, 0.0, star.look, star.title)
