"""The brightest matched stars, with what every survey says of them."""

from collections.abc import Mapping

import numpy as np

from services.catalog.domain.brightness import brightest
from services.catalog.domain.matching import Pairs
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["bright_stars"]


def bright_stars(
    mag: FloatArray,
    pairs: Mapping[str, Pairs],
    reference: Mapping[str, ReferenceStars],
    most: int,
) -> tuple[IndexArray, dict[tuple[str, str], FloatArray]]:
    """Return the stars that any survey knows, and their magnitudes in every band.

    Parameters
    ----------
    mag
        Of the uploaded stars [mag], shape (n,).
    pairs, reference
        Which of them are which stars of each survey.
    most
        At most so many, the brightest.

    Returns
    -------
    Indices of the uploaded stars, brightest first, shape (m,); and by survey and band
    the reference magnitudes [mag], NaN where not known, shape (m,).
    """
    paired = np.zeros(len(mag), dtype=bool)
    for one in pairs.values():
        paired[one.uploaded] = True
    chosen = brightest(mag, np.flatnonzero(paired), most)
    place = np.full(len(mag), -1)
    place[chosen] = np.arange(len(chosen))
    bands = {}
    for survey, found in pairs.items():
        shown = place[found.uploaded] >= 0
        rows = place[found.uploaded[shown]]
        there = found.reference[shown]
        for band, column in reference[survey].mag.items():
            bands[survey, band] = np.full(len(chosen), np.nan)
            bands[survey, band][rows] = column[there]
    return chosen, bands
