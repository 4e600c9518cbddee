"""The stars of an upload: which to work with, and where to look for their like."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from services.catalog.domain.astrometry import SEARCH
from services.catalog.domain.cone import Cone
from services.catalog.domain.positions import Positions
from shared.kernel.arrays import FloatArray, IndexArray
from shared.kernel.sentence import RefusedError
from shared.kernel.sphere import bounding_cap, chord, unit_vectors

__all__ = ["FEWEST", "Detections", "FieldUnmatchedError", "cone_of"]


FEWEST = 5
"""Stars that a calibration needs."""

_WIDEST = 1.5
_MOST = 20_000
_ARCSEC = 3600.0
_SAME_STAR = 1.0
_CROWDED = 100


class FieldUnmatchedError(RefusedError):
    """The image's stars are in no survey."""


@dataclass(frozen=True)
class Detections:
    """The uploaded stars, shape (n,): positions (ICRS) [deg], magnitudes [mag].

    Attributes
    ----------
    target_ra, target_dec
        Position of the target (ICRS) [deg].
    epoch
        When they were observed [Julian year].
    chip
        Of a mosaic that each is on, shape (n,); ``None``: all on one.
    """

    ra: FloatArray
    dec: FloatArray
    mag: FloatArray
    target_ra: float
    target_dec: float
    epoch: float
    chip: FloatArray | None = None

    @cached_property
    def positions(self) -> Positions:
        """Where all of them are."""
        return Positions.of(self.ra, self.dec)

    @cached_property
    def near(self) -> IndexArray:
        """The stars to work with, those nearest to the target, by their indices.

        Raises
        ------
        FieldUnmatchedError
            Fewer than five stars, or the target is elsewhere.
        """
        return _near_target(self)

    @cached_property
    def near_positions(self) -> Positions:
        """Where the stars to work with are."""
        if len(self.near) == len(self.ra):
            return self.positions
        return self.positions.chosen(self.near)


def cone_of(field: Detections) -> Cone:
    """Return the cone in which reference stars of a field are looked for.

    Raises
    ------
    FieldUnmatchedError
        Fewer than five stars are near the target.
    """
    ra, dec, radius = bounding_cap(field.near_positions.vectors)
    return Cone(ra, dec, radius + SEARCH / _ARCSEC)


def _near_target(field: Detections) -> IndexArray:
    if len(field.ra) < FEWEST:
        raise FieldUnmatchedError(
            "Calibration not possible: the catalogue has fewer than 5 stars.",
            "Upload all the stars in the image",
        )
    target = unit_vectors(field.target_ra, field.target_dec)
    way = field.positions.vectors - target
    away = np.einsum("ij,ij->i", way, way)
    near = np.flatnonzero(away <= chord(_WIDEST) ** 2)
    if len(near) < FEWEST:
        raise FieldUnmatchedError(
            "Failed to match catalogues to data: the target is not in this field.",
            "Check the name of the target and your astrometry",
        )
    if len(near) > _MOST:
        near = np.sort(near[np.argpartition(away[near], _MOST)[:_MOST]])
    return near if field.chip is None else _once(field, field.chip, near)


def _once(field: Detections, chip: FloatArray, near: IndexArray) -> IndexArray:
    """Leave out the fainter of two entries of one star, on chips that overlap."""
    tree = cKDTree(field.positions.vectors[near])
    limit = chord(_SAME_STAR / _ARCSEC)
    if tree.count_neighbors(tree, limit) > _CROWDED * len(near):
        return near
    pairs = near[tree.query_pairs(limit, output_type="ndarray")]
    pairs = pairs[chip[pairs[:, 0]] != chip[pairs[:, 1]]]
    fainter = field.mag[pairs[:, 0]] > field.mag[pairs[:, 1]]
    return np.setdiff1d(near, np.where(fainter, pairs[:, 0], pairs[:, 1]))
