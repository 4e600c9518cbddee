"""Whether a match could be an accident: the shuffle test."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.model import FloatArray
from services.calibrator.domain.robust import mad_sigma

__all__ = ["chance_of_agreement"]

_SHUFFLES = 199
_ENOUGH = 200
_LEAST_SCATTER = 0.02


def chance_of_agreement(mag: FloatArray, reference: FloatArray) -> float:
    """Return the probability that stars paired at random agree as well as these.

    The reference magnitudes are shuffled 199 times among the stars; a pairing is as
    good as the sum of ``log(1 + (r / s)²)`` of its residuals is small. A permutation
    test: (1 + number as good) / 200 (Phipson & Smyth 2010, SAGMB 9, 39). The shuffles
    are always the same ones.

    Parameters
    ----------
    mag, reference
        Instrumental and reference magnitudes of the paired stars [mag], shape (n,).
    """
    if len(mag) > _ENOUGH:
        places = np.linspace(0, len(mag) - 1, _ENOUGH).astype(np.intp)
        mag, reference = mag[places], reference[places]
    difference = reference[_orders(len(mag))] - mag
    residual = difference - _medians(difference)
    scale = max(mad_sigma(residual[0]), _LEAST_SCATTER)
    misfit = np.log1p((residual / scale) ** 2).sum(axis=1)
    as_good = int(np.sum(misfit[1:] <= misfit[0]))
    return (1 + as_good) / (1 + _SHUFFLES)


def _medians(rows: FloatArray) -> FloatArray:
    """Return the median of each row, shape (n, 1): lighter than numpy's."""
    half = rows.shape[1] // 2
    if rows.shape[1] % 2:
        return np.partition(rows, half, axis=1)[:, half, None]
    parted = np.partition(rows, (half - 1, half), axis=1)
    middle: FloatArray = (parted[:, half - 1, None] + parted[:, half, None]) / 2
    return middle


@lru_cache(maxsize=8)
def _orders(count: int) -> NDArray[np.uint8]:
    """Return so many stars in their own order and shuffled."""
    rng = np.random.default_rng(0)
    order = np.arange(count, dtype=np.uint8)
    shuffled = rng.permuted(np.tile(order, (_SHUFFLES, 1)), axis=1)
    return np.vstack([order, shuffled])
