"""Solve an image's plate. Read this first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.imager.domain.plate.stars import Charted, Detected
from services.imager.domain.plate.triangles import triangles_of
from services.imager.domain.plate.verify import Solution, verified
from services.imager.domain.plate.vote import Hypothesis, Scales, hypotheses

__all__ = ["ANY_SCALE", "FEWEST", "confirmed", "solved"]

FEWEST = 6
"""Stars that a solution needs."""

ANY_SCALE = Scales(0.15, 8.0)
"""[arcsec/px] From a long telescope to a camera lens."""

_ACCEPTED = -9.0
"""log10 of the chance of an accident: of 200 other skies none came near."""
_BEYOND_DOUBT = 3 * _ACCEPTED
_MOST_HYPOTHESES = 24
_BAND = 1.45
_KNOWN_TO = 1.5
_USUAL = 0.9


@dataclass(frozen=True)
class _Pass:
    """One way to choose stars for triangles.

    Attributes
    ----------
    detected
        How many of the brightest stars of the image.
    density
        How many reference stars for each of them, on the same area of sky.
    charted
        Most reference stars.
    """

    detected: int = 60
    density: float = 1.3
    charted: int = 600


_PASSES = (
    _Pass(),
    _Pass(density=3.0, charted=1200),
    _Pass(detected=30, density=4.0),
    _Pass(detected=150, density=0.9, charted=1500),
    _Pass(density=0.5),
)
_QUICK_PASSES = _PASSES[:2]


def confirmed(image: Detected, chart: Charted, idea: Hypothesis) -> Solution | None:
    """Return the plate that somebody claims, if the stars confirm it."""
    return _accepted(verified(image, chart, idea, 1))


def solved(image: Detected, chart: Charted, scales: Scales) -> Solution | None:
    """Return the plate of an image, or nothing where no chance is small enough.

    Parameters
    ----------
    image
        Its stars.
    chart
        Reference stars around the target, which is somewhere in the image.
    scales
        That are possible. Where they are far apart they are tried band by band, the
        usual ones first.
    """
    if min(len(image), len(chart)) < FEWEST:
        return None
    if scales.high < _KNOWN_TO * scales.low:
        return _first(image, chart, [scales], _PASSES)
    return _first(image, chart, list(_bands(scales)), _QUICK_PASSES)


def _bands(scales: Scales) -> Iterator[Scales]:
    """Yield narrow ranges of scales that overlap a little, the usual ones first."""
    count = int(np.ceil(np.log(scales.high / scales.low) / np.log(_BAND)))
    middles = scales.low * (scales.high / scales.low) ** (
        (np.arange(count) + 0.5) / count
    )
    wide = 1.03 * np.sqrt(_BAND)
    for middle in middles[np.argsort(np.abs(np.log(middles / _USUAL)))]:
        yield Scales(float(middle / wide), float(middle * wide))


def _first(
    image: Detected, chart: Charted, bands: Sequence[Scales], passes: Sequence[_Pass]
) -> Solution | None:
    for how in passes:
        for scales in bands:
            found = _tried(image, chart, scales, how)
            if found is not None:
                return found
    return None


def _tried(
    image: Detected, chart: Charted, scales: Scales, how: _Pass
) -> Solution | None:
    """Return the best of the most voted hypotheses, if it is good enough."""
    farthest = image.diagonal * scales.high
    near = chart.within(1.05 * farthest)
    few = Detected(image.places[: how.detected], image.width, image.height)
    share = np.pi * farthest**2 / (image.width * image.height * scales.middle**2)
    most = int(np.clip(how.density * len(few) * share, 30, how.charted))
    stars = near.places[:most]
    best: Solution | None = None
    ideas = hypotheses(
        few,
        triangles_of(few.places, 9),
        (stars, triangles_of(stars, 9)),
        scales,
        _MOST_HYPOTHESES,
    )
    for trials, idea in enumerate(ideas, start=1):
        found = verified(image, near, idea, trials)
        if found is not None and (best is None or found.log_p < best.log_p):
            best = found
            if best.log_p < _BEYOND_DOUBT:
                break
    return _accepted(best)


def _accepted(found: Solution | None) -> Solution | None:
    return found if found is not None and found.log_p < _ACCEPTED else None
