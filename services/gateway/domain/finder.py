"""A finder chart: the reference stars around a target, as one sees them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Disc", "finder_discs"]

_SIZE = 520.0
_FAINTEST, _BRIGHTEST = 1.0, 9.0
_PER_MAG = 0.8
_LABELLED = 15


@dataclass(frozen=True)
class Disc:
    """A star on the chart: place and radius [px], and what is said of it.

    ``label`` is the magnitude of a comparison star, empty for the others.
    """

    x: float
    y: float
    r: float
    title: str
    label: str


def finder_discs(
    stars: Sequence[tuple[float, float, float]],
    centre: tuple[float, float],
    radius: float,
) -> list[Disc]:
    """Return the stars of a cone, north up and east to the left.

    Parameters
    ----------
    stars
        Positions (ICRS) [deg] and magnitudes [mag]; NaN where not known.
    centre, radius
        The cone [deg]: it fills the chart.
    """
    ra, dec = centre
    shrink = math.cos(math.radians(dec))
    scale = _SIZE / 2 / radius
    known = [mag for _, _, mag in stars if not math.isnan(mag)]
    faint = max(known, default=20.0)
    compared = _comparison(known)
    discs = []
    for star_ra, star_dec, mag in stars:
        east = ((star_ra - ra + 180) % 360 - 180) * shrink
        size = _FAINTEST + _PER_MAG * (faint - mag) if not math.isnan(mag) else 1.0
        place = f"{star_ra:.5f} {star_dec:+.5f}"
        told = place if math.isnan(mag) else f"{place}, {mag:.2f} mag"
        discs.append(
            Disc(
                _SIZE / 2 - east * scale,
                _SIZE / 2 - (star_dec - dec) * scale,
                min(size, _BRIGHTEST),
                told,
                f"{mag:.1f}" if mag in compared else "",
            )
        )
    return discs


def _comparison(mags: Sequence[float]) -> frozenset[float]:
    """Return the magnitudes that are written: of some bright stars."""
    return frozenset(sorted(mags)[:_LABELLED])
