"""The reference stars of a survey in some part of the sky."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from services.catalog.domain.sphere import unit_vectors

__all__ = ["ReferenceStars"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ReferenceStars:
    """Positions (ICRS) [deg] and, per band, magnitudes and errors [mag]: shape (n,).

    NaN is a magnitude or an error that the survey does not give. The matching tree
    is built once and kept with the stars.
    """

    ra: FloatArray
    dec: FloatArray
    mag: Mapping[str, FloatArray]
    mag_err: Mapping[str, FloatArray]

    def __len__(self) -> int:
        return len(self.ra)

    def brightest(self, most: int) -> "ReferenceStars":
        """Return at most so many stars, those that are brightest in any band."""
        if len(self) <= most:
            return self
        light = np.fmin.reduce(list(self.mag.values()))
        chosen = np.sort(np.argsort(light, kind="stable")[:most])
        return ReferenceStars(
            self.ra[chosen],
            self.dec[chosen],
            {band: mag[chosen] for band, mag in self.mag.items()},
            {band: err[chosen] for band, err in self.mag_err.items()},
        )

    @cached_property
    def vectors(self) -> FloatArray:
        """Unit vectors, shape (n, 3)."""
        return unit_vectors(self.ra, self.dec)

    @cached_property
    def tree(self) -> cKDTree:
        """The stars' directions, ready for neighbour searches."""
        return cKDTree(self.vectors)
