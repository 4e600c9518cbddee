"""From a calibrated field to the stars that networks need of it."""

import numpy as np

from services.calibrator.domain.compared import Stars
from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    Field,
    FloatArray,
    Verdict,
)
from services.calibrator.domain.network.frames import StarColumns
from services.calibrator.domain.outcome import Solution
from services.calibrator.store.measured import FrameStars
from shared.columns import unpack
from shared.contracts.catalog import FieldMatched, SurveyPairs
from shared.kernel.cells import place_numbers, places_of

__all__ = ["stars_of_frame"]

_MOST = 500
_ENOUGH_POINTS = 10
_ENOUGH_UNBLENDED = 20


def stars_of_frame(
    event: FieldMatched, field: Field, solution: Solution
) -> list[FrameStars]:
    """Return a frame's stars in the band it was calibrated in, by every survey.

    The target, known variables and what the file says is no star's light are left out;
    extended and blended ones where enough others remain. The run over the image is
    taken off, so that all have the zero-point at the target.
    """
    band = solution.best.matches.band
    good = _good(Stars.of(field, solution.target))
    run = 0.0 if solution.run is None else solution.run.added
    mag: FloatArray = field.mag + run
    pairs = {one.survey: one for one in event.surveys}
    return [
        FrameStars(
            frame=event.frame.frame_id,
            upload=event.frame.upload_id,
            survey=one.survey,
            band=band,
            system=one.system,
            colour=one.colour_name,
            stars=_of_survey(field, mag, good, one, pairs[one.survey]),
        )
        for one in field.bands
        if one.band == band
    ]


def _good(stars: Stars) -> BoolArray:
    """Return which uploaded stars are stars whose light was measured, shape (n,)."""
    good: BoolArray = (stars.verdict == Verdict.TOOK_PART) & ~stars.wrong_light
    points = good & ~stars.extended
    return points if np.count_nonzero(points) >= _ENOUGH_POINTS else good


def _numbers(pairs: SurveyPairs) -> FloatArray:
    """Return the numbers of the reference stars' places.

    An earlier version told the places themselves of stars that do not move.
    """
    if pairs.number:
        return unpack(pairs.number)
    return place_numbers(unpack(pairs.ra), unpack(pairs.dec)).astype(np.float64)


def _of_survey(
    field: Field,
    mag: FloatArray,
    good: BoolArray,
    matches: BandMatches,
    pairs: SurveyPairs,
) -> StarColumns:
    star = matches.star
    known = good[star] & np.isfinite(matches.mag)
    if matches.blended is not None:
        alone = known & ~matches.blended
        known = alone if np.count_nonzero(alone) >= _ENOUGH_UNBLENDED else known
    chosen = np.flatnonzero(known)
    best = np.argsort(field.mag_err[star[chosen]], kind="stable")[:_MOST]
    chosen = np.sort(chosen[best])
    uploaded = star[chosen]
    colour = matches.colour
    numbers = _numbers(pairs)[chosen]
    ra, dec = places_of(numbers)
    return StarColumns(
        number=numbers.astype(np.intp),
        ra=ra,
        dec=dec,
        mag=mag[uploaded],
        mag_err=field.mag_err[uploaded],
        reference=matches.mag[chosen],
        reference_err=np.hypot(matches.mag_err[chosen], matches.floor),
        colour=np.full(len(chosen), np.nan) if colour is None else colour[chosen],
    )
