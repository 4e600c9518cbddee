"""Bands of a field, made for tests of the fit."""

import numpy as np

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.fitted import Flat
from services.calibrator.domain.model import (
    BandMatches,
    FloatArray,
    IndexArray,
    Prior,
    Verdict,
)

__all__ = ["flat_of"]


def flat_of(
    difference: FloatArray,
    variance: FloatArray,
    colour: FloatArray,
    prior: Prior,
    verdict: IndexArray | None = None,
) -> Flat:
    """Return a band of stars that all take part, or of some verdict."""
    star = np.arange(len(difference))
    if verdict is None:
        verdict = np.full(len(star), Verdict.TOOK_PART, dtype=np.intp)
    matches = BandMatches("APASS", "V", "Vega", star, difference, np.sqrt(variance))
    entered = int(np.count_nonzero(verdict == Verdict.TOOK_PART))
    told = star, difference, variance, colour, 0.5, verdict
    band = Compared(matches, *told, stars_entered=entered)
    return Flat(band, difference, prior)
