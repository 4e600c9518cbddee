"""Find an image's stars in every survey. Read this first."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from services.catalog.domain.astrometry import Repair, find_repair
from services.catalog.domain.detections import (
    FEWEST,
    Detections,
    FieldUnmatchedError,
)
from services.catalog.domain.matching import Pairs, match, near_any
from services.catalog.domain.positions import Positions
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray

__all__ = [
    "MatchedField",
    "Measured",
    "match_field",
]


_ARCSEC = 3600.0
_HARMLESS = 0.25
_WORTH_A_WORD = 0.5
_SEEN_TURNED = 0.002


@dataclass(frozen=True)
class Measured:
    """How far the uploaded positions were off, and against which survey."""

    survey: str
    repair: Repair
    repaired: bool


@dataclass(frozen=True)
class MatchedField:
    """Per survey the pairs and the reference stars they point into.

    ``stars`` are the uploaded stars that were worked with, at ``ra`` and ``dec`` [deg]
    after the repair; pairs count in them, and ``variable`` tells which are known
    variable stars.
    """

    stars: IndexArray
    ra: FloatArray
    dec: FloatArray
    variable: BoolArray
    pairs: Mapping[str, Pairs]
    reference: Mapping[str, ReferenceStars]
    measured: Measured
    warnings: tuple[str, ...]


def match_field(
    field: Detections,
    found: Mapping[str, ReferenceStars],
    radius: float,
    variables: Collection[str] = (),
) -> MatchedField:
    """Match a field once, by position alone, with every survey that covers it.

    Parameters
    ----------
    field
        The uploaded stars and the target.
    found
        The reference stars of every survey in the field's cone.
    radius
        Largest separation of a pair [arcsec].
    variables
        Names of the surveys that are lists of variable stars.

    Raises
    ------
    FieldUnmatchedError
        Fewer than five stars, no survey there, or fewer than five pairs.
    """
    near, uploaded = field.near, field.near_positions
    listed = [found[name] for name in found.keys() & set(variables)]
    reference = _covering(found, variables)
    measured = _measured(uploaded, field.mag[near], reference, radius)
    if measured.repaired:
        uploaded = measured.repair.apply(uploaded)
    return MatchedField(
        stars=near,
        ra=uploaded.ra,
        dec=uploaded.dec,
        variable=_variable(uploaded, listed, radius),
        pairs=_paired(uploaded, reference, radius),
        reference=reference,
        measured=measured,
        warnings=_left_out(len(field.ra) - len(near)) + _moved(measured, radius),
    )


def _covering(
    found: Mapping[str, ReferenceStars], variables: Collection[str]
) -> dict[str, ReferenceStars]:
    """Return the surveys that have stars here to calibrate with."""
    covering = {
        name: stars
        for name, stars in found.items()
        if name not in variables and len(stars)
    }
    if not covering:
        raise FieldUnmatchedError(
            "Calibration not possible: no survey covers this field.",
            "The surveys on this server have no stars around your target",
        )
    return covering


def _variable(
    uploaded: Positions, listed: Iterable[ReferenceStars], radius: float
) -> BoolArray:
    """Return which stars are on any list of variable stars."""
    variable = np.zeros(len(uploaded), dtype=bool)
    for stars in listed:
        variable |= near_any(uploaded, stars, radius)
    return variable


def _measured(
    uploaded: Positions,
    mag: FloatArray,
    reference: Mapping[str, ReferenceStars],
    radius: float,
) -> Measured:
    """Measure the astrometry against the survey that has most stars here."""
    survey = max(reference, key=lambda name: (len(reference[name]), name))
    repair = find_repair(uploaded, mag, reference[survey])
    return Measured(survey, repair, repaired=repair.largest > _HARMLESS * radius)


def _paired(
    uploaded: Positions, reference: Mapping[str, ReferenceStars], radius: float
) -> dict[str, Pairs]:
    pairs = match(uploaded, reference, radius)
    enough = {survey: found for survey, found in pairs.items() if len(found) >= FEWEST}
    if not enough:
        raise FieldUnmatchedError(
            "Failed to match catalogues to data.",
            "Increase the matching radius, or re-do your astrometry",
        )
    return enough


def _left_out(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"{count} stars are left out: too far from the target.",)


def _moved(measured: Measured, radius: float) -> tuple[str, ...]:
    repair = measured.repair
    if not measured.repaired or repair.largest < _WORTH_A_WORD * radius:
        return ()
    east, north = repair.shift.real, repair.shift.imag
    told = f"The positions were off by {abs(repair.shift):.1f} arcsec"
    told += f" ({east:+.1f} east, {north:+.1f} north)"
    if abs(repair.rotation) > _SEEN_TURNED:
        told += f" and turned by {repair.rotation:+.3f} deg"
    if abs(repair.scale - 1) * _ARCSEC > 1:
        told += f", with a scale of {repair.scale:.5f}"
    return (f"{told}; repaired, but check your astrometry.",)
