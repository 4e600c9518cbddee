"""The automatic choice: the survey and band with the lowest scatter."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.calibrator.domain.model import BoolArray, ZeroPoint
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


def _common_stars(fits: Sequence[ZeroPoint]) -> BoolArray:
    """Return which uploaded stars all well covered bands have and half of them use."""
    most = max(len(fit.star) for fit in fits)
    covered = [fit for fit in fits if len(fit.star) >= _WELL_COVERED * most]
    size = 1 + max(int(fit.star.max()) for fit in fits)
    have, use = np.zeros(size), np.zeros(size)
    for fit in covered:
        have[fit.star] += 1
        use[fit.star] += fit.used
    common: BoolArray = (have == len(covered)) & (use >= len(covered) / 2)
    return common


def _score(fit: ZeroPoint, common: BoolArray) -> float:
    shared = common[fit.star]
    if shared.sum() == common.sum() >= _FEWEST_COMMON:
        residual = fit.residual[shared]
        residual = residual - np.median(residual)
        return _guarded(biweight_scale(residual), len(residual))
    return _guarded(fit.scatter, fit.stars_used)


def _guarded(scatter: float, stars: int) -> float:
    """Return how large the scatter may be, at 95 %, given so many stars.

    One-sided limit from the chi-squared distribution of the variance, by the cube
    root approximation of Wilson & Hilferty (1931, PNAS 17, 684).
    """
    freedom = max(stars - 1, 1)
    spread = 2 / (9 * freedom)
    least = (1 - spread - _ONE_SIDED_95 * math.sqrt(spread)) ** 3
    return scatter / math.sqrt(least)
