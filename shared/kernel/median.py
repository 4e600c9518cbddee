"""The median, for arrays of a few thousand numbers, asked for many times."""

import numpy as np

from shared.kernel.arrays import FloatArray

__all__ = ["median"]


def median(values: FloatArray) -> float:
    """Return the median of values, shape (n,), NaN of none: lighter than numpy's."""
    count = len(values)
    if not count:
        return float("nan")
    half = count // 2
    if count % 2:
        return float(np.partition(values, half)[half])
    parted = np.partition(values, (half - 1, half))
    return float(parted[half - 1] + parted[half]) / 2
