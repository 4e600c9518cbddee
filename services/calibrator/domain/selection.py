"""The automatic choice: the survey and band with the lowest scatter."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.calibrator.domain.model import IndexArray, ZeroPoint
from services.calibrator.domain.robust import biweight_scale

__all__ = ["rank"]

_WELL_COVERED = 0.5
_FEWEST_COMMON = 5
_ONE_SIDED_95 = 1.645


def rank(fits: Sequence[ZeroPoint]) -> tuple[ZeroPoint, ...]:
    """Return the fits with their scores, the best first.

    The score is the 95 % upper limit of the robust scatter, colour term frozen at
    zero, on the stars that the well covered bands have in common; so five lucky
    stars do not beat three hundred. A band that only a few of the stars have is
    scored on its own stars.
    """
    common = _common_stars(fits)
    scored = [replace(fit, score=_score(fit, common)) for fit in fits]
    return tuple(sorted(scored, key=lambda fit: (fit.score, fit.matches.name)))


def _common_stars(fits: Sequence[ZeroPoint]) -> IndexArray:
    most = max(fit.stars_used for fit in fits)
    sets = [fit.star[fit.used] for fit in fits if _is_covered(fit, most)]
    common = sets[0]
    for other in sets[1:]:
        common = np.intersect1d(common, other)
    return common


def _is_covered(fit: ZeroPoint, most: int) -> bool:
    return fit.stars_used >= _WELL_COVERED * most


def _score(fit: ZeroPoint, common: IndexArray) -> float:
    shared = np.isin(fit.star, common) & fit.used
    if shared.sum() == len(common) >= _FEWEST_COMMON:
        residual = fit.residual[shared]
        residual = residual - np.median(residual)
        return _guarded(biweight_scale(residual), len(common))
    return _guarded(fit.scatter, fit.stars_used)


def _guarded(scatter: float, stars: int) -> float:
    """Return how large the scatter may be, at 95 %, given so many stars.

    One-sided limit from the chi-squared distribution of the variance, by the cube
    root approximation of Wilson & Hilferty (1931, PNAS 17, 684).
    """
    freedom = stars - 1
    spread = 2 / (9 * freedom)
    least = (1 - spread - _ONE_SIDED_95 * math.sqrt(spread)) ** 3
    return scatter / math.sqrt(least)
