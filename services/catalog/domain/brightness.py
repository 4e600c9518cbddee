"""The brightest of many stars."""

import numpy as np

from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["brightest"]


def brightest(mag: FloatArray, stars: IndexArray, most: int) -> IndexArray:
    """Return the brightest of some stars, in their order of brightness.

    Parameters
    ----------
    mag
        Of all stars [mag], shape (n,).
    stars
        Of which ones, by their indices.
    most
        At most so many.
    """
    if len(stars) > most:
        limit = np.partition(mag[stars], most - 1)[most - 1]
        stars = stars[mag[stars] <= limit]
    return stars[np.argsort(mag[stars], kind="stable")[:most]]
