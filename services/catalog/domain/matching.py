"""One-to-one matching by position, independent of any band."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.sphere import chord, unit_vectors

__all__ = ["Pairs", "Positions", "match", "near_any"]


_CROWDED = 100
_ARCSEC = 3600.0


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


@dataclass(frozen=True)
class Positions:
    """Uploaded positions (ICRS) [deg], shape (n,), and the matching radius [arcsec]."""

    ra: FloatArray
    dec: FloatArray
    radius: float

    @cached_property
    def vectors(self) -> FloatArray:
        """Unit vectors, shape (n, 3)."""
        return unit_vectors(self.ra, self.dec)

    @cached_property
    def limit(self) -> float:
        """The matching radius as a distance of unit vectors."""
        return chord(self.radius / _ARCSEC)

    @cached_property
    def tree(self) -> cKDTree:
        """The directions, ready for neighbour searches."""
        return cKDTree(self.vectors)

    @cached_property
    def alone(self) -> BoolArray:
        """Which have no other within two matching radii, shape (n,).

        Where far too many stand together for an image of the sky, none counts as
        alone: their pairs are not listed, which would take memory by the square.
        """
        crowd = self.tree.count_neighbors(self.tree, 2 * self.limit)
        if crowd > _CROWDED * len(self.ra):
            return np.zeros(len(self.ra), dtype=bool)
        alone = np.ones(len(self.ra), dtype=bool)
        near = self.tree.query_pairs(2 * self.limit, output_type="ndarray")
        alone[near.ravel()] = False
        return alone


def match(uploaded: Positions, reference: ReferenceStars) -> Pairs:
    """Pair each uploaded star with its nearest reference star, both ways alike.

    Parameters
    ----------
    uploaded
        Positions of the stars in the image.
    reference
        Reference stars of one survey around the field.
    """
    nearest = _nearest(reference.tree, uploaded.vectors, uploaded.limit)
    star = np.flatnonzero(nearest < len(reference))
    chosen = nearest[star]
    # A star that is alone within two radii is the nearest to its nearest.
    mutual = uploaded.alone[star].copy()
    doubtful = np.flatnonzero(~mutual)
    back = _nearest(uploaded.tree, reference.vectors[chosen[doubtful]], uploaded.limit)
    mutual[doubtful] = back == star[doubtful]
    star, chosen = star[mutual], chosen[mutual]
    blended = reference.blended(uploaded.limit)[chosen]
    offset = _offset(uploaded.ra[star], uploaded.dec[star], reference, chosen)
    return Pairs(star, chosen, blended, *offset)


def near_any(uploaded: Positions, reference: ReferenceStars) -> BoolArray:
    """Return which uploaded stars are within the radius of any reference star."""
    nearest = _nearest(reference.tree, uploaded.vectors, uploaded.limit)
    near: BoolArray = nearest < len(reference)
    return near


def _nearest(tree: cKDTree, vectors: FloatArray, limit: float) -> IndexArray:
    """Return the nearest star of a tree to each vector, past the end if none."""
    _, nearest = tree.query(vectors, distance_upper_bound=limit)
    return np.asarray(nearest, dtype=np.intp)


def _offset(
    ra: FloatArray, dec: FloatArray, reference: ReferenceStars, chosen: IndexArray
) -> tuple[float, float]:
    if not len(ra):
        return 0.0, 0.0
    turn = (ra - reference.ra[chosen] + 180) % 360 - 180
    east = turn * np.cos(np.radians(dec))
    north = dec - reference.dec[chosen]
    return float(np.median(east)) * _ARCSEC, float(np.median(north)) * _ARCSEC
