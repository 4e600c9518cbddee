"""Find an image's stars in every survey. Read this first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.matching import Pairs, Positions, match
from services.catalog.domain.sphere import bounding_cap, separation, unit_vectors
from services.catalog.domain.stars import ReferenceStars

__all__ = ["Cones", "Detections", "FieldUnmatchedError", "MatchedField", "match_field"]

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
Cones = Callable[[float, float, float], Mapping[str, ReferenceStars]]
"""Reference stars of every survey in a cone: RA, Dec, radius [deg]."""

_FEWEST = 5
_WIDEST = 1.5
_MOST = 20_000
_ARCSEC = 3600.0


class FieldUnmatchedError(Exception):
    """The image's stars are in no survey; the text is a sentence for the observer."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


@dataclass(frozen=True)
class Detections:
    """Uploaded positions (ICRS) [deg], shape (n,), and the target's."""

    ra: FloatArray
    dec: FloatArray
    target_ra: float
    target_dec: float


@dataclass(frozen=True)
class MatchedField:
    """Per survey the pairs and the reference stars they point into.

    ``stars`` are the uploaded stars that were worked with; pairs count in them.
    """

    stars: IndexArray
    pairs: Mapping[str, Pairs]
    reference: Mapping[str, ReferenceStars]
    warnings: tuple[str, ...]


def match_field(field: Detections, cones: Cones, radius: float) -> MatchedField:
    """Match a field once, by position alone, with every survey that covers it.

    Parameters
    ----------
    field
        The uploaded stars and the target.
    cones
        Gives the reference stars.
    radius
        Largest separation of a pair [arcsec].

    Raises
    ------
    FieldUnmatchedError
        Fewer than five stars, no survey there, or fewer than five pairs.
    """
    near = _near_target(field)
    uploaded = Positions(field.ra[near], field.dec[near], radius)
    reference = cones(*_cap(uploaded.ra, uploaded.dec, radius))
    if not any(len(stars) for stars in reference.values()):
        raise FieldUnmatchedError(
            "Calibration not possible: no survey covers this field.",
            "The surveys on this server have no stars around your target",
        )
    pairs = {
        survey: match(uploaded, stars)
        for survey, stars in reference.items()
        if len(stars)
    }
    enough = {survey: found for survey, found in pairs.items() if len(found) >= _FEWEST}
    if not enough:
        raise FieldUnmatchedError(
            "Failed to match catalogues to data.",
            "Increase the matching radius, or re-do your astrometry",
        )
    return MatchedField(near, enough, reference, _warnings(len(field.ra) - len(near)))


def _near_target(field: Detections) -> IndexArray:
    """Return the stars to work with, those nearest to the target."""
    if len(field.ra) < _FEWEST:
        raise FieldUnmatchedError(
            "Calibration not possible: the catalogue has fewer than 5 stars.",
            "Upload all the stars in the image",
        )
    target = unit_vectors(field.target_ra, field.target_dec)
    away = separation(field.ra, field.dec, target)
    near = np.flatnonzero(away <= _WIDEST)
    if len(near) < _FEWEST:
        raise FieldUnmatchedError(
            "Failed to match catalogues to data: the target is not in this field.",
            "Check the name of the target and your astrometry",
        )
    if len(near) > _MOST:
        near = np.sort(near[np.argpartition(away[near], _MOST)[:_MOST]])
    return near


def _cap(ra: FloatArray, dec: FloatArray, radius: float) -> tuple[float, float, float]:
    centre_ra, centre_dec, size = bounding_cap(ra, dec)
    return centre_ra, centre_dec, size + radius / _ARCSEC


def _warnings(left_out: int) -> tuple[str, ...]:
    if not left_out:
        return ()
    return (f"{left_out} stars are left out: too far from the target.",)
