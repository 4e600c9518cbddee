"""Calibrate a field. Read this first."""

import numpy as np

from services.calibrator.domain.magnitude import calibrated, find_target, upper_limit
from services.calibrator.domain.model import (
    BandMatches,
    CalibrationImpossibleError,
    Field,
    FitLimits,
    ForcedBand,
    Solution,
    ZeroPoint,
)
from services.calibrator.domain.selection import rank
from services.calibrator.domain.zeropoint import fit_zeropoint

__all__ = ["solve"]


def solve(field: Field, forced: ForcedBand, limits: FitLimits) -> Solution:
    """Fit every band, choose one, and calibrate the target or give the limit.

    Every band sees the same pairs, so a forced band has the very zero-point that it
    has when it is chosen automatically.

    Raises
    ------
    CalibrationImpossibleError
        Too few stars, no such survey or band here, no honest fit.
    """
    target = find_target(field)
    among = np.ones(len(field.mag), dtype=bool)
    if target is not None:
        among[target] = False
    fits = [
        fit
        for band in _wanted(field, forced)
        if (fit := fit_zeropoint(field.mag, field.mag_err, band, among)) is not None
    ]
    ranking = _honest(fits, limits)
    best = ranking[0]
    magnitude = (
        upper_limit(field, best) if target is None else calibrated(field, target, best)
    )
    return Solution(magnitude, best, ranking)


def _wanted(field: Field, forced: ForcedBand) -> list[BandMatches]:
    wanted = [band for band in field.bands if forced.allows(band.survey, band.band)]
    if not wanted:
        name = f"{forced.survey or 'any'}/{forced.band or 'any'}"
        have = ", ".join(sorted(band.name for band in field.bands))
        raise CalibrationImpossibleError(
            f"Calibration not possible: {name[:40]} does not cover this field.",
            f"Here are {have}",
        )
    return wanted


def _honest(fits: list[ZeroPoint], limits: FitLimits) -> tuple[ZeroPoint, ...]:
    """Return the acceptable fits ranked, or say why there is none."""
    enough = [fit for fit in fits if len(fit.star) >= limits.min_stars]
    if not enough:
        most = max((len(fit.star) for fit in fits), default=0)
        raise CalibrationImpossibleError(
            f"Calibration not possible: {most} stars, {limits.min_stars} are needed.",
            "Check the astrometry, or increase the matching radius",
        )
    ranking = rank(enough)
    honest = tuple(
        fit
        for fit in ranking
        if fit.stars_used >= limits.min_stars
        and fit.scatter <= limits.max_scatter
        and fit.outlier_fraction <= limits.max_outliers
    )
    if not honest:
        raise CalibrationImpossibleError(
            "Calibration not possible: the magnitudes do not agree with any catalogue.",
            "Scatter or rejected stars are too many: check astrometry and photometry",
            ranking,
        )
    return honest
