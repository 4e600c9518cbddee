"""A finder chart: the reference stars around a target, as one sees them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Disc", "finder_discs"]

_SIZE = 520.0
_FAINTEST, _BRIGHTEST = 1.0, 9.0
_PER_MAG = 0.8
_LABELLED = 15
_APART = 40.0


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
    left = _LABELLED
    taken = [(_SIZE / 2, _SIZE / 2)]
    discs = []
    for star_ra, star_dec, mag in sorted(stars, key=_brightness):
        east = ((star_ra - ra + 180) % 360 - 180) * shrink
        x, y = _SIZE / 2 - east * scale, _SIZE / 2 - (star_dec - dec) * scale
        size = _FAINTEST + _PER_MAG * (faint - mag) if not math.isnan(mag) else 1.0
        told = f"{star_ra:.5f} {star_dec:+.5f}"
        label = ""
        if not math.isnan(mag):
            told += f", {mag:.2f} mag"
            if left and all(math.hypot(x - a, y - b) > _APART for a, b in taken):
                label, left = f"{mag:.1f}", left - 1
                taken.append((x, y))
        discs.append(Disc(x, y, min(size, _BRIGHTEST), told, label))
    return discs


def _brightness(star: tuple[float, float, float]) -> float:
    """Return what sorts bright stars first, unknown ones last."""
    return math.inf if math.isnan(star[2]) else star[2]
