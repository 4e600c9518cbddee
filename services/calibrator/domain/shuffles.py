"""Pairings of stars in other orders, and how well they agree."""

import numpy as np

from services.calibrator.domain.model import FloatArray
from services.calibrator.domain.robust import mad_sigma
from shared.kernel.arrays import ByteArray

__all__ = ["EVEN", "LEAST_SCATTER", "as_good"]

EVEN = 1e-9
"""So much more misfit is as good: stars of equal magnitudes that change places change
no residual, only the order in which they are summed."""

LEAST_SCATTER = 0.02
"""Of residuals [mag], below which all agree as well."""


def as_good(mag: FloatArray, reference: FloatArray, orders: ByteArray) -> int:
    """Return how many orders of the reference stars agree as well as the first.

    By the sum of ``log(1 + (r / s)²)`` of the residuals about their median, in units
    of the robust sigma that the first order leaves.

    Parameters
    ----------
    mag, reference
        Instrumental and reference magnitudes [mag], of one star at least, shape (n,).
    orders
        The orders, shape (k, n).
    """
    difference = reference[orders] - mag
    residual = difference - _medians(difference)
    scale = max(mad_sigma(residual[0]), LEAST_SCATTER)
    misfit = np.log1p((residual / scale) ** 2).sum(axis=1)
    return int(np.sum(misfit[1:] <= misfit[0] * (1 + EVEN)))


def _medians(rows: FloatArray) -> FloatArray:
    """Return the median of each row, shape (k, 1): lighter than numpy's."""
    half = rows.shape[1] // 2
    if rows.shape[1] % 2:
        return np.partition(rows, half, axis=1)[:, half, None]
    parted = np.partition(rows, (half - 1, half), axis=1)
    middle: FloatArray = (parted[:, half - 1, None] + parted[:, half, None]) / 2
    return middle
