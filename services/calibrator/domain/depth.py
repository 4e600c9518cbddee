"""How deep an image goes: the 5-sigma depth from the run of error with magnitude."""

import numpy as np

from services.calibrator.domain.model import FloatArray
from shared.kernel.median import median

__all__ = ["depth"]

_FIVE_SIGMA = 2.5 / np.log(10) / 5
_FEWEST = 5
_FLATTEST_RUN = 0.05


def depth(mag: FloatArray, mag_err: FloatArray) -> tuple[float, float] | None:
    """Return the instrumental 5-sigma depth and its error, or ``None`` if unseen.

    A star has a signal-to-noise ratio of five where its error is 0.217 mag; the
    logarithm of the errors is a straight line in magnitude on the faint side, with a
    slope of 0.2 (photon noise) to 0.4 (sky noise); one below 0.05 tells nothing.

    Parameters
    ----------
    mag, mag_err
        Instrumental magnitudes and errors [mag], shape (n,).
    """
    faint = (mag >= median(mag)) & (mag_err > 0)
    x, y = mag[faint], np.log10(mag_err[faint])
    if len(x) < _FEWEST or np.ptp(x) == 0:
        return None
    middle = x.mean()
    arm = x - middle
    spread = float(arm @ arm)
    slope = float(arm @ y) / spread
    if slope < _FLATTEST_RUN:
        return None
    noise = y - y.mean() - slope * arm
    variance = float(noise @ noise) / (len(x) - 2)
    reach = float((np.log10(_FIVE_SIGMA) - y.mean()) / slope)
    error = np.sqrt(variance * (1 / len(x) + reach**2 / spread)) / slope
    return float(middle) + reach, float(error)
