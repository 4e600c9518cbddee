"""Calibrate a field. Read this first."""

from collections.abc import Sequence

import numpy as np

from services.calibrator.domain.chance import chance_of_agreement
from services.calibrator.domain.doubts import (
    about_the_choice,
    about_the_image,
    about_the_target,
)
from services.calibrator.domain.magnitude import calibrated, find_target, upper_limit
from services.calibrator.domain.model import (
    BandChoice,
    BandMatches,
    Field,
    FitLimits,
    Prior,
    Priors,
)
from services.calibrator.domain.outcome import (
    CalibrationImpossibleError,
    Solution,
    ZeroPoint,
)
from services.calibrator.domain.plane import offsets
from services.calibrator.domain.selection import rank, undivided
from services.calibrator.domain.zeropoint import Stars, fit_zeropoint

__all__ = ["solve", "unlearned"]

_ACCIDENT = 0.05


def unlearned(survey: str, band: str) -> Prior:  # noqa: ARG001 - the same for all
    """Return what is known of a colour term when nothing was learned."""
    return Prior()


def solve(
    field: Field, forced: BandChoice, limits: FitLimits, priors: Priors = unlearned
) -> Solution:
    """Fit every band, choose one, and calibrate the target or give the limit.

    Every band sees the same pairs, so a forced band has the very zero-point that it
    has when it is chosen automatically.

    Raises
    ------
    CalibrationImpossibleError
        Too few stars, no such survey or band here, no honest fit, or a match that
        chance explains.
    """
    east, north = offsets(field)
    target = find_target(field, east, north)
    stars = Stars.of(field, target, np.column_stack([east, north]))
    fits = [
        fit
        for band in _wanted(field, forced)
        if (fit := fit_zeropoint(stars, band, priors(band.survey, band.band)))
    ]
    ranked = _honest(fits, limits)
    ranking = undivided(ranked)
    best = ranking[0]
    chance = _chance(field, ranking)
    magnitude = (
        upper_limit(field, best) if target is None else calibrated(field, target, best)
    )
    told = [*about_the_choice(best, ranked, fits), *about_the_image(best, east, north)]
    if target is not None:
        told += about_the_target(field, target, np.hypot(east, north), magnitude)
    return Solution(magnitude, best, ranking, chance, tuple(told))


def _wanted(field: Field, forced: BandChoice) -> list[BandMatches]:
    wanted = [band for band in field.bands if forced.allows(band.survey, band.band)]
    if not wanted:
        name = f"{forced.survey or 'any'}/{forced.band or 'any'}"
        have = ", ".join(sorted(band.name for band in field.bands))
        raise CalibrationImpossibleError(
            f"Calibration not possible: {name[:40]} does not cover this field.",
            f"Here are {have}",
        )
    return wanted


def _honest(fits: Sequence[ZeroPoint], limits: FitLimits) -> tuple[ZeroPoint, ...]:
    """Return the acceptable fits ranked, or say why there is none."""
    counts = [int(fit.entered.sum()) for fit in fits]
    enough = [
        fit
        for fit, count in zip(fits, counts, strict=True)
        if count >= limits.min_stars
    ]
    if not enough:
        raise CalibrationImpossibleError(
            f"Calibration not possible: {max(counts, default=0)} stars, "
            f"{limits.min_stars} are needed.",
            "Check the astrometry, or increase the matching radius",
        )
    ranking = rank(enough)
    honest = tuple(
        fit
        for fit in ranking
        if fit.scatter <= limits.max_scatter
        and fit.outlier_fraction <= limits.max_outliers
    )
    if not honest:
        raise CalibrationImpossibleError(
            "Calibration not possible: the magnitudes do not agree with any catalogue.",
            "Scatter or rejected stars are too many: check astrometry and photometry",
            ranking,
        )
    return honest


def _chance(field: Field, ranking: tuple[ZeroPoint, ...]) -> float:
    """Return the chance that the best fit is an accident, if it is small enough."""
    best = ranking[0]
    entered = best.star[best.entered]
    mag = field.mag[entered]
    chance = chance_of_agreement(
        mag, mag + best.zero_point + best.residual[best.entered]
    )
    if chance > _ACCIDENT:
        raise CalibrationImpossibleError(
            "Failed to match catalogues to data: the match is no better than chance.",
            "The astrometry seems to be wrong: solve the image anew",
            ranking,
        )
    return chance
