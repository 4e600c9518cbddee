"""One-to-one matching by position, independent of any band."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.catalog.domain.neighbours import Mutual, mutual
from services.catalog.domain.positions import Positions
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import BoolArray, IndexArray
from shared.kernel.sphere import chord

__all__ = ["Pairs", "match", "near_any"]


_ARCSEC = 3600.0
_IN_ARCSEC = math.degrees(_ARCSEC)


@dataclass(frozen=True)
class Pairs:
    """Uploaded and reference stars that are each other's nearest.

    Attributes
    ----------
    uploaded, reference
        Indices of the two stars of each pair, shape (n,).
    blended
        Whether other reference stars within the radius add light, shape (n,).
    offset_east, offset_north
        Median of uploaded − reference [arcsec]; 0 without pairs.
    """

    uploaded: IndexArray
    reference: IndexArray
    blended: BoolArray
    offset_east: float
    offset_north: float

    def __len__(self) -> int:
        return len(self.uploaded)


def match(
    uploaded: Positions, surveys: Mapping[str, ReferenceStars], radius: float
) -> dict[str, Pairs]:
    """Pair each uploaded star with its nearest of each survey, both ways alike.

    Parameters
    ----------
    uploaded
        Positions of the stars in the image.
    surveys
        Reference stars around the field.
    radius
        Largest separation of a pair [arcsec].
    """
    limit = chord(radius / _ARCSEC)
    neighbours = [stars.neighbours for stars in surveys.values()]
    found = mutual(neighbours, uploaded.vectors, limit)
    return {
        name: _pairs(one, stars.blended(limit))
        for (name, stars), one in zip(surveys.items(), found, strict=True)
    }


def _pairs(found: Mutual, blended: BoolArray) -> Pairs:
    east, north = (_IN_ARCSEC * each for each in found.offset)
    return Pairs(found.place, found.star, blended[found.star], east, north)


def near_any(
    uploaded: Positions, reference: ReferenceStars, radius: float
) -> BoolArray:
    """Return which uploaded stars are within a radius [arcsec] of a reference star."""
    found = reference.neighbours.nearest(uploaded.vectors, chord(radius / _ARCSEC))
    near = np.zeros(len(uploaded), dtype=bool)
    near[found.place] = True
    return near
