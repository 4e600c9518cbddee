"""How probable residuals are, whatever the zero-point and the intrinsic scatter."""

import numpy as np

from services.calibrator.domain.intrinsic import SCATTERS, WEIGHTS
from services.calibrator.domain.model import FloatArray

__all__ = ["log_evidence"]


def log_evidence(
    residual: FloatArray, variance: FloatArray, colour: FloatArray, flat: float
) -> float:
    """Return the log evidence of residuals [mag], shape (n,).

    Zero-point (flat prior) and colour term (Gaussian prior of sigma ``flat`` about 0)
    integrated over in closed form, for each intrinsic scatter of a grid; their
    evidences averaged.
    """
    weight = 1 / (variance + SCATTERS[:, None] ** 2)
    total = weight.sum(axis=1)
    arm = colour - (weight @ colour / total)[:, None]
    left = residual - (weight @ residual / total)[:, None]
    lever = (weight * arm**2).sum(axis=1)
    along = (weight * arm * left).sum(axis=1)
    chi2 = (weight * left**2).sum(axis=1) - along**2 / (lever + flat**-2)
    width = np.log(total / (2 * np.pi)) + np.log1p(flat**2 * lever)
    norm = np.log(weight / (2 * np.pi)).sum(axis=1)
    each = np.log(WEIGHTS) - 0.5 * (chi2 - norm + width)
    return float(np.logaddexp.reduce(each))
