"""The stars of an image that a search for its run looks at."""

from collections.abc import Sequence

import numpy as np

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.model import FloatArray, IndexArray, Prior
from services.calibrator.domain.tally import Told

__all__ = ["Samples", "most_precise", "well_covered"]

_FEWEST = 5
_WELL_COVERED = 0.5


def well_covered(
    bands: Sequence[tuple[Compared, Prior]],
) -> list[tuple[Compared, Prior]]:
    """Return the bands with at least half the stars of the fullest, if that has any."""
    most = max((band.stars_entered for band, _ in bands), default=0)
    if most < _FEWEST:
        return []
    return [one for one in bands if one[0].stars_entered >= _WELL_COVERED * most]


def most_precise(variance: FloatArray, most: int) -> IndexArray:
    """Return at most so many stars, those of the smallest variances, by their indices.

    Of equal ones the first; one of infinite variance never.
    """
    there = np.flatnonzero(np.isfinite(variance))
    if len(there) <= most:
        return there
    variance = variance[there]
    last = np.partition(variance, most - 1)[most - 1]
    smaller, equal = np.flatnonzero(variance < last), np.flatnonzero(variance == last)
    return there[np.sort(np.append(smaller, equal[: most - len(smaller)]))]


class Samples:
    """What bands say, before any fit, of so many uploaded stars."""

    def __init__(self, bands: Sequence[tuple[Compared, Prior]], uploaded: int) -> None:
        self.bands, self.uploaded = bands, uploaded

    def smallest_variances(self) -> FloatArray:
        """Return each star's smallest variance in any band; inf: it is in none."""
        smallest = np.full(self.uploaded, np.inf)
        for band, _ in self.bands:
            star = band.star[band.entered]
            smallest[star] = np.minimum(smallest[star], band.variance[band.entered])
        return smallest

    def together(self, stars: IndexArray) -> Told:
        """Return what the bands say of some of the stars."""
        told, column = self.nothing_told(len(stars)), self.columns_of(stars)
        for row, (band, _) in enumerate(self.bands):
            here = column[band.star[band.entered]]
            some, here = band.entered[here >= 0], here[here >= 0]
            told.difference[row, here] = band.difference[some]
            told.variance[row, here] = band.variance[some]
            told.colour[row, here] = band.colour[some]
            told.known[row, here] = True
        return told

    def nothing_told(self, stars: int) -> Told:
        """Return room for what the bands say of so many stars."""
        shape = len(self.bands), stars
        return Told(
            difference=np.zeros(shape),
            variance=np.ones(shape),
            colour=np.zeros(shape),
            known=np.zeros(shape, dtype=bool),
            usual=np.array([prior.mean for _, prior in self.bands]),
            steepest=np.array([prior.sigma for _, prior in self.bands]),
        )

    def columns_of(self, stars: IndexArray) -> IndexArray:
        """Return which of some stars each of the uploaded ones is, or −1."""
        column = np.full(self.uploaded, -1)
        column[stars] = np.arange(len(stars))
        return column
