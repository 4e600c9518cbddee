"""What the well covered bands say of the stars that all of them have."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.calibrator.domain.evidence import log_evidence
from services.calibrator.domain.model import BoolArray, FloatArray
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.robust import mad_sigma
from shared.kernel.median import median

__all__ = ["FAR", "FLAT", "WELL_COVERED", "InCommon", "evidence_in_common"]

FAR = 5.0
"""Robust sigmas beyond which a residual counts as if it were there."""

FLAT = 0.06
"""Sigma of a colour term in the choice between bands."""

WELL_COVERED = 0.5
"""Of the stars that entered the fullest band, so many make another well covered."""


class InCommon(NamedTuple):
    """What fits say of the stars that the well covered bands have in common.

    Attributes
    ----------
    stars
        How many these are.
    each
        For each fit how many of them it has, and the logarithm of their evidence: see
        ``log_evidence``.
    """

    stars: int
    each: Sequence[tuple[int, float]]


def evidence_in_common(fits: Sequence[ZeroPoint], stars: int) -> InCommon:
    """Return what fits say of those, of so many uploaded stars, that all have."""
    common = _common_stars(fits, stars)
    each = [_evidence(fit, common) for fit in fits]
    return InCommon(int(np.count_nonzero(common)), each)


def _common_stars(fits: Sequence[ZeroPoint], stars: int) -> BoolArray:
    """Return which of so many uploaded stars all have and any of them uses."""
    most = max(fit.stars_entered for fit in fits)
    covered = [fit for fit in fits if fit.stars_entered >= WELL_COVERED * most]
    have, use = (
        np.bincount(np.concatenate(each), minlength=stars)
        for each in (
            [fit.star[fit.entered] for fit in covered],
            [fit.star[fit.used] for fit in covered],
        )
    )
    common: BoolArray = (have == len(covered)) & (use > 0)
    return common


def _evidence(fit: ZeroPoint, common: BoolArray) -> tuple[int, float]:
    shared = common[fit.star] & fit.entered
    count = int(np.count_nonzero(shared))
    if not count:
        return 0, 0.0
    variance = fit.variance[shared]
    residual = _clipped(fit.residual[shared], variance)
    return count, log_evidence(residual, variance, fit.colour[shared], FLAT)


def _clipped(residual: FloatArray, variance: FloatArray) -> FloatArray:
    """Return residuals from their middle, at most five robust sigmas away.

    Lest one wrong reference star decides.
    """
    left = residual - median(residual)
    spread = max(mad_sigma(left), math.sqrt(median(variance)))
    clipped: FloatArray = np.clip(left, -FAR * spread, FAR * spread)
    return clipped
