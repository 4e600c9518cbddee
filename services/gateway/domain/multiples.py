"""Every survey and band at a glance: a small picture of each fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.domain.chart import Chart, Line, Plane, chart
from services.gateway.domain.startable import StarRow

__all__ = ["Fitted", "Multiple", "multiples"]

_SIZE = (150, 105)
_MARGIN = 4.0
_MOST_STARS = 120


@dataclass(frozen=True)
class Fitted:
    """A fit: survey and band, zero-point, its scatter [mag], how many stars."""

    name: str
    zero_point: float
    scatter: float
    stars: int


@dataclass(frozen=True)
class Multiple:
    """A fit and its picture."""

    fit: Fitted
    chart: Chart


def multiples(
    fits: Sequence[Fitted], rows: Sequence[StarRow], bands: Sequence[str]
) -> list[Multiple]:
    """Draw uploaded against catalogue magnitudes in every band.

    Parameters
    ----------
    fits
        The best first.
    rows, bands
        The brightest stars in every band, and the bands' names in that order.
    """
    columns: Mapping[str, int] = {name: place for place, name in enumerate(bands)}
    shown = rows[:_MOST_STARS]
    return [
        Multiple(fit, _drawn(fit, shown, columns[fit.name]))
        for fit in fits
        if fit.name in columns
    ]


def _drawn(fit: Fitted, rows: Sequence[StarRow], column: int) -> Chart:
    points = [
        (row.mag, mag, 0.0, "", "")
        for row in rows
        if (mag := row.reference[column]) is not None
    ]
    line = Line(fit.zero_point, 1.0, "fit")
    return chart(points, Plane("", "", lines=(line,)), _SIZE, _MARGIN)
