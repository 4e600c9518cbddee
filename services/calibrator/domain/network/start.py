"""Colour terms to begin with: lines that half the stars cannot turn."""

import numpy as np

from services.calibrator.domain.network.table import Table
from shared.kernel.arrays import FloatArray

__all__ = ["first_terms"]

_ROUNDS = 12
_CLOSE = 0.02
_AS_ONE_STAR = 0.02


def first_terms(table: Table) -> FloatArray:
    """Return each setup's colour term against the survey, shape (o,).

    The mean of each star in a setup's frames is compared with the survey; the line
    through them with colour has the least sum of absolute distances (by least squares
    whose weights are renewed), drawn to none by a weak prior.
    """
    frames = np.maximum(table.per_setup_of_stars(table.seen.astype(np.float32)), 0.0)
    mean = table.per_setup_of_stars(table.above) / np.maximum(frames, 1)
    colour = table.stars.colour
    weight = (frames > 0).astype(float)
    slope = np.zeros(len(frames))
    level = np.zeros(len(frames))
    for _ in range(_ROUNDS):
        total = weight.sum(axis=1) + np.finfo(float).eps
        middle = weight @ colour / total
        level = (weight * mean).sum(axis=1) / total
        arm = colour - middle[:, None]
        across = (weight * arm * (mean - level[:, None])).sum(axis=1)
        slope = across / ((weight * arm**2).sum(axis=1) + _AS_ONE_STAR)
        apart = np.abs(mean - level[:, None] - slope[:, None] * arm)
        weight = (frames > 0) / np.hypot(apart, _CLOSE) * _CLOSE
    return -slope
