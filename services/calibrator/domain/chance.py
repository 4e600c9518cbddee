"""Whether a match could be an accident: the shuffle test."""

from functools import lru_cache

import numpy as np

from services.calibrator.domain.compiled import as_good
from services.calibrator.domain.model import FloatArray
from shared.kernel.arrays import ByteArray

__all__ = ["chance_of_agreement"]

_SHUFFLES = 199
_ENOUGH = 200


def chance_of_agreement(mag: FloatArray, reference: FloatArray) -> float:
    """Return the probability that stars paired at random agree as well as these.

    The reference magnitudes are shuffled 199 times among the stars, always in the same
    ways. A permutation test: (1 + number as good) / 200 (Phipson & Smyth 2010, SAGMB
    9, 39).

    Parameters
    ----------
    mag, reference
        Instrumental and reference magnitudes of the paired stars [mag], shape (n,).
    """
    if len(mag) > _ENOUGH:
        places = np.linspace(0, len(mag) - 1, _ENOUGH).astype(np.intp)
        mag, reference = mag[places], reference[places]
    return (1 + as_good(mag, reference, _orders(len(mag)))) / (1 + _SHUFFLES)


@lru_cache(maxsize=8)
def _orders(count: int) -> ByteArray:
    """Return so many stars in their own order and shuffled."""
    rng = np.random.default_rng(0)
    order = np.arange(count, dtype=np.uint8)
    shuffled = rng.permuted(np.tile(order, (_SHUFFLES, 1)), axis=1)
    return np.vstack([order, shuffled])
