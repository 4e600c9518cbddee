"""Calibrate a field. Read this first."""

from collections.abc import Sequence

import numpy as np

from services.calibrator.domain.chance import chance_of_agreement
from services.calibrator.domain.compared import Compared, Stars
from services.calibrator.domain.compiled import compare
from services.calibrator.domain.core import core_of
from services.calibrator.domain.doubts import (
    about_the_choice,
    about_the_image,
    about_the_margin,
    about_the_place,
    about_the_run,
    about_the_target,
)
from services.calibrator.domain.hints import NO_HINTS, Hints
from services.calibrator.domain.magnitude import calibrated, find_target, undetected
from services.calibrator.domain.model import (
    BandChoice,
    Field,
    FitLimits,
    FloatArray,
    Prior,
    Priors,
)
from services.calibrator.domain.outcome import (
    CalibrationImpossibleError,
    Solution,
    ZeroPoint,
)
from services.calibrator.domain.plane import offsets
from services.calibrator.domain.run import Run
from services.calibrator.domain.run_search import find_run
from services.calibrator.domain.selection import much_tighter, rank, undivided
from services.calibrator.domain.shapes import Places
from services.calibrator.domain.zeropoint import fit_zeropoints

__all__ = ["solve", "unlearned"]

_ACCIDENT = 0.05
_LEAVE_OUT = "Saturated or extended stars? Leave them out, or add FLAGS and CLASS_STAR"


def unlearned(survey: str, band: str) -> Prior:  # noqa: ARG001 - the same for all
    """Return what is known of a colour term when nothing was learned."""
    return Prior()


def solve(
    field: Field,
    forced: BandChoice,
    limits: FitLimits,
    priors: Priors = unlearned,
    hints: Hints = NO_HINTS,
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
    _check_covered(field, forced)
    east, north = offsets(field)
    target = find_target(field, east, north)
    compared = _compared(field, target, priors)
    run = _run(field, compared, east, north, target)
    asked = [
        (band, prior)
        for band, prior in compared
        if forced.allows(band.matches.survey, band.matches.band)
    ]
    fits = fit_zeropoints(asked, run)
    ranked = _honest(fits, limits, hints)
    ranking = undivided(ranked)
    best = ranking[0]
    _check_no_substitute(best, fits)
    chance = _chance(field, ranking)
    magnitude = (
        undetected(field, best) if target is None else calibrated(field, target, best)
    )
    told = [*about_the_choice(best, ranked, fits), *about_the_image(best, east, north)]
    if forced.is_automatic:
        told += about_the_margin(ranking, hints)
    if run is not None:
        told += about_the_run(run, east, north)
    if target is not None:
        told += about_the_target(field, target, np.hypot(east, north), magnitude, best)
    elif field.forced is not None:
        told += about_the_place(field.forced)
    return Solution(magnitude, best, ranking, chance, tuple(told), run, target)


def _compared(
    field: Field, target: int | None, priors: Priors
) -> list[tuple[Compared, Prior]]:
    compared = compare(Stars.of(field, target), field.bands)
    return [(one, priors(one.matches.survey, one.matches.band)) for one in compared]


def _run(
    field: Field,
    compared: Sequence[tuple[Compared, Prior]],
    east: FloatArray,
    north: FloatArray,
    target: int | None,
) -> Run | None:
    """Return the run that all bands together show, whichever is asked for."""
    chip = np.zeros(len(east), dtype=np.intp) if field.chip is None else field.chip
    nearest = int(np.argmin(np.hypot(east, north))) if target is None else target
    return find_run(
        compared,
        Places(np.append(east, 0), np.append(north, 0), np.append(chip, chip[nearest])),
    )


def _check_covered(field: Field, forced: BandChoice) -> None:
    """Refuse what is asked for where no survey has it."""
    if not any(forced.allows(band.survey, band.band) for band in field.bands):
        name = f"{forced.survey or 'any'}/{forced.band or 'any'}"
        have = ", ".join(sorted(band.name for band in field.bands))
        raise CalibrationImpossibleError(
            f"Calibration not possible: {name[:40]} does not cover this field.",
            f"Here are {have}",
        )


def _honest(
    fits: Sequence[ZeroPoint], limits: FitLimits, hints: Hints
) -> tuple[ZeroPoint, ...]:
    """Return the acceptable fits ranked, or say why there is none."""
    counts = [fit.stars_entered for fit in fits]
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
    ranking = rank(enough, hints)
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


def _check_no_substitute(best: ZeroPoint, fits: Sequence[ZeroPoint]) -> None:
    """Refuse a band that only stands in for one that most stars fell out of."""
    tighter = much_tighter(best, fits)
    if tighter is not None:
        raise CalibrationImpossibleError(
            f"{tighter.matches.name} fits {tighter.stars_used} of "
            f"{tighter.stars_entered} stars well, no band the others.",
            _LEAVE_OUT,
            (tighter, best),
        )
    core = core_of(best)
    if core is not None:
        raise CalibrationImpossibleError(
            f"{core.stars} of {best.stars_entered} stars agree closely, "
            f"the others with nothing.",
            _LEAVE_OUT,
            (best,),
        )


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
