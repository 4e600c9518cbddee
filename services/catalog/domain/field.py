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
Cones = Callable[[float, float, float], Mapping[str, ReferenceStars]]
"""Reference stars of every survey in a cone: RA, Dec, radius [deg]."""

_FEWEST = 5
_WIDEST = 1.5
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
    """Per survey the pairs and the reference stars they point into."""

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
    reference = cones(*_cap(field.ra[near], field.dec[near], radius))
    if not any(len(stars) for stars in reference.values()):
        raise FieldUnmatchedError(
            "Calibration not possible: no survey covers this field.",
            "The surveys on this server have no stars around your target",
        )
    uploaded = Positions(field.ra[near], field.dec[near])
    pairs = {
        survey: _within(match(uploaded, stars, radius), near)
        for survey, stars in reference.items()
        if len(stars)
    }
    enough = {survey: found for survey, found in pairs.items() if len(found) >= _FEWEST}
    if not enough:
        raise FieldUnmatchedError(
            "Failed to match catalogues to data.",
            "Increase the matching radius, or re-do your astrometry",
        )
    return MatchedField(enough, reference, _warnings(near))


def _near_target(field: Detections) -> NDArray[np.bool_]:
    if len(field.ra) < _FEWEST:
        raise FieldUnmatchedError(
            "Calibration not possible: the catalogue has fewer than 5 stars.",
            "Upload all the stars in the image",
        )
    target = unit_vectors(field.target_ra, field.target_dec)
    near: NDArray[np.bool_] = separation(field.ra, field.dec, target) <= _WIDEST
    if int(near.sum()) < _FEWEST:
        raise FieldUnmatchedError(
            "Failed to match catalogues to data: the target is not in this field.",
            "Check the name of the target and your astrometry",
        )
    return near


def _cap(ra: FloatArray, dec: FloatArray, radius: float) -> tuple[float, float, float]:
    centre_ra, centre_dec, size = bounding_cap(ra, dec)
    return centre_ra, centre_dec, size + radius / _ARCSEC


def _within(pairs: Pairs, near: NDArray[np.bool_]) -> Pairs:
    """Let the pairs point into the whole uploaded list again."""
    return Pairs(
        np.flatnonzero(near)[pairs.uploaded],
        pairs.reference,
        pairs.offset_east,
        pairs.offset_north,
    )


def _warnings(near: NDArray[np.bool_]) -> tuple[str, ...]:
    far = int((~near).sum())
    if not far:
        return ()
    return (f"{far} stars more than {_WIDEST} degrees from the target are left out.",)
