"""Every survey and band at a glance: a small picture of each fit."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.domain.chart import Chart, Line, Plane, chart
from services.gateway.domain.startable import StarRow

__all__ = ["Fitted", "Multiple", "multiples"]

_SIZE = (150, 105)
_MARGIN = 4.0
_MOST_STARS = 120
_FEWEST_STARS = 5
_SIGMA = 1.4826
"""A normal distribution's standard deviation in units of its median deviation."""


@dataclass(frozen=True)
class Fitted:
    """A fit: survey and band, zero-point, its scatter [mag], how many stars.

    ``rough``: it took no part in the choice; median and median deviation stand for it.
    """

    name: str
    zero_point: float
    scatter: float
    stars: int
    rough: bool = False


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
        The best first; bands that were not fitted, as others were forced, follow.
    rows, bands
        The brightest stars in every band, and the bands' names in that order.
    """
    pairs = {name: _pairs(rows, place) for place, name in enumerate(bands)}
    fitted = {fit.name for fit in fits}
    others = [
        _rough(name, some)
        for name, some in pairs.items()
        if name not in fitted and len(some) >= _FEWEST_STARS
    ]
    drawn = [*fits, *sorted(others, key=lambda fit: fit.scatter)]
    return [Multiple(fit, _drawn(fit, pairs)) for fit in drawn if fit.name in pairs]


def _pairs(rows: Sequence[StarRow], place: int) -> list[tuple[float, float]]:
    """Return uploaded and catalogue magnitudes of the stars of a band."""
    both = ((row.mag, row.reference[place]) for row in rows)
    return [(mag, known) for mag, known in both if known is not None]


def _rough(name: str, pairs: Sequence[tuple[float, float]]) -> Fitted:
    apart = [known - mag for mag, known in pairs]
    zero_point = statistics.median(apart)
    scatter = _SIGMA * statistics.median(abs(one - zero_point) for one in apart)
    return Fitted(name, zero_point, scatter, len(pairs), rough=True)


def _drawn(fit: Fitted, pairs: Mapping[str, Sequence[tuple[float, float]]]) -> Chart:
    points = [(*pair, 0.0, "", "") for pair in pairs[fit.name][:_MOST_STARS]]
    line = Line(fit.zero_point, 1.0, "fit")
    return chart(points, Plane("", "", lines=(line,)), _SIZE, _MARGIN)
