"""One-to-one matching by position, independent of any band."""

import math
from dataclasses import dataclass

import numpy as np

from services.catalog.domain.positions import Positions
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import BoolArray, IndexArray
from shared.kernel.median import median
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


def match(uploaded: Positions, reference: ReferenceStars, radius: float) -> Pairs:
    """Pair each uploaded star with its nearest reference star, both ways alike.

    Parameters
    ----------
    uploaded
        Positions of the stars in the image.
    reference
        Reference stars of one survey around the field.
    radius
        Largest separation of a pair [arcsec].
    """
    limit = chord(radius / _ARCSEC)
    star, chosen, offset = reference.neighbours.mutual(uploaded.vectors, limit)
    blended = reference.blended(limit)[chosen]
    east, north = (median(each) * _IN_ARCSEC if len(star) else 0.0 for each in offset)
    return Pairs(star, chosen, blended, east, north)


def near_any(
    uploaded: Positions, reference: ReferenceStars, radius: float
) -> BoolArray:
    """Return which uploaded stars are within a radius [arcsec] of a reference star."""
    found = reference.neighbours.nearest(uploaded.vectors, chord(radius / _ARCSEC))
    near = np.zeros(len(uploaded), dtype=bool)
    near[found.place] = True
    return near
