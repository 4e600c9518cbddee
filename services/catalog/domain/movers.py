"""Targets that move: followed to where they are on the night."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from services.catalog.domain.stars import ReferenceStars
from shared.kernel.sphere import chord, separation, tangents, unit_vectors

__all__ = ["Moved", "followed"]

_ARCSEC = 3600.0
_SAME = 1.0
_FURTHEST = 300.0
_SEEN = 0.3
_J2000 = 2000.0
_MAS = 1000.0


@dataclass(frozen=True)
class Moved:
    """Where a target is on the night, and which survey says so.

    Attributes
    ----------
    ra, dec
        Position (ICRS) [deg].
    east, north
        How far that is from the target's own position [arcsec].
    yearly
        Proper motion [arcsec/yr].
    off
        How far the star was from the target's position then [arcsec].
    """

    survey: str
    ra: float
    dec: float
    east: float
    north: float
    yearly: float
    off: float

    def told(self) -> str:
        """Return it as a sentence."""
        sides = [
            f"{abs(way):.1f} arcsec {names[int(way < 0)]}"
            for way, names in (
                (self.east, ("east", "west")),
                (self.north, ("north", "south")),
            )
            if abs(way) >= _SEEN / 2
        ]
        return (
            f"{self.survey} has the target moving by {self.yearly:.2f} arcsec a year: "
            f"it is looked for {' and '.join(sides)} of its position."
        )


def followed(
    ra: float,
    dec: float,
    epoch: float,
    found: Mapping[str, ReferenceStars],
    epochs: Mapping[str, float],
) -> Moved | None:
    """Return where a star is that was at a position [deg] in 2000, if any was.

    Positions of the survey's own epoch are known to people as well. A star that is
    still there, within 0.3 arcsec, has not moved.

    Parameters
    ----------
    epoch
        Of the night [Julian year]; the surveys' stars are where they are then.
    found
        The stars of each survey.
    epochs
        Of each survey's published positions [Julian year].
    """
    movers = [
        mover
        for survey, stars in found.items()
        if stars.motion is not None
        for then in {_J2000, epochs.get(survey, _J2000)}
        for mover in _movers(survey, stars, (ra, dec), then - epoch)
    ]
    return min(movers, key=lambda mover: mover.off, default=None)


def _movers(
    survey: str, stars: ReferenceStars, place: tuple[float, float], years: float
) -> Iterator[Moved]:
    """Yield the stars that were at a place so many years from now."""
    target = unit_vectors(*place)
    near = np.asarray(
        stars.tree.query_ball_point(target, chord(_FURTHEST / _ARCSEC)), dtype=np.intp
    )
    some = stars.chosen(near)
    if some.motion is None:
        return
    then = some.moved(years)
    off = separation(then.ra, then.dec, target) * _ARCSEC
    away = separation(some.ra, some.dec, target) * _ARCSEC
    yearly = np.hypot(*np.nan_to_num(some.motion).T) / _MAS
    chosen = (off < _SAME) & (yearly * abs(years) > _SEEN) & (away > off)
    east, north = (side[0] for side in tangents([place[0]], [place[1]]))
    for one in np.flatnonzero(chosen):
        way = (some.vectors[one] - target) * np.degrees(1) * _ARCSEC
        yield Moved(
            survey,
            float(some.ra[one]),
            float(some.dec[one]),
            float(way @ east),
            float(way @ north),
            float(yearly[one]),
            float(off[one]),
        )
