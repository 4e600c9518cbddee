"""What the calibrator does with the events it hears."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from services.calibrator.domain import model
from services.calibrator.domain.solve import solve
from shared.columns import pack, unpack
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibratedMagnitude,
    CalibrationFailed,
    CalibrationSolved,
    StarResiduals,
    ZeroPoint,
)
from shared.contracts.catalog import FieldMatched, PairedBand, SurveyPairs

__all__ = ["field_of", "on_field_matched"]

_LEGACY_FLOOR = 0.01


async def on_field_matched(
    event: FieldMatched, *, limits: model.FitLimits
) -> Sequence[Event]:
    """Calibrate the target of a matched field, or say why that is impossible."""
    choice = event.frame.choice
    forced = model.ForcedBand(choice.survey, choice.band)
    field = field_of(event)
    try:
        solution = await asyncio.to_thread(solve, field, forced, limits)
    except model.CalibrationImpossibleError as fault:
        return [_failed(event, field, fault)]
    return [_solved(event, field, solution, forced)]


def field_of(event: FieldMatched) -> model.Field:
    """Return the matched field an event carries."""
    stars, target = event.stars, event.frame.target
    return model.Field(
        ra=unpack(stars.ra),
        dec=unpack(stars.dec),
        mag=unpack(stars.mag),
        mag_err=unpack(stars.mag_err),
        target_ra=target.ra,
        target_dec=target.dec,
        radius=event.frame.match_radius,
        bands=[band for pairs in event.surveys for band in _bands(pairs)],
    )


def _bands(pairs: SurveyPairs) -> list[model.BandMatches]:
    star = unpack(pairs.star).astype(np.intp)
    mags = {band.band: unpack(band.mag) for band in pairs.bands}
    return [
        model.BandMatches(
            survey=pairs.survey,
            band=band.band,
            system=band.system,
            star=star,
            mag=mags[band.band],
            mag_err=unpack(band.mag_err),
            floor=band.floor,
            colour_name="-".join(band.colour or ()),
            colour=_colour(band, mags),
        )
        for band in pairs.bands
    ]


def _colour(
    band: PairedBand, mags: Mapping[str, model.FloatArray]
) -> model.FloatArray | None:
    if band.colour is None:
        return None
    blue, red = band.colour
    return mags[blue] - mags[red]


def _solved(
    event: FieldMatched,
    field: model.Field,
    solution: model.Solution,
    forced: model.ForcedBand,
) -> CalibrationSolved:
    magnitude = solution.magnitude
    chosen = solution.best.matches.survey
    pairs = next(one for one in event.surveys if one.survey == chosen)
    return CalibrationSolved(
        frame=event.frame,
        mode="AUTO" if forced.is_automatic else "FORCED",
        magnitude=CalibratedMagnitude(
            mag=magnitude.value,
            mag_err=magnitude.error,
            calib_err=max(solution.best.scatter, _LEGACY_FLOOR),
            total_err=magnitude.total,
            depth=magnitude.depth,
        ),
        best=_zero_point(solution.best),
        ranking=tuple(_zero_point(fit) for fit in solution.ranking),
        stars=_residuals(field, solution.best),
        offset_east=pairs.offset_east,
        offset_north=pairs.offset_north,
        warnings=event.warnings + solution.warnings,
    )


def _zero_point(fit: model.ZeroPoint) -> ZeroPoint:
    return ZeroPoint(
        survey=fit.matches.survey,
        band=fit.matches.band,
        system=fit.matches.system,
        zero_point=fit.zero_point,
        zero_point_err=fit.error,
        scatter=fit.scatter,
        intrinsic_scatter=fit.intrinsic,
        stars_used=fit.stars_used,
        outlier_fraction=fit.outlier_fraction,
        colour_name=fit.matches.colour_name,
        colour_term=fit.colour_term,
        colour_term_err=fit.colour_term_err,
        score=fit.score,
    )


def _residuals(field: model.Field, fit: model.ZeroPoint) -> StarResiduals:
    star = fit.star
    matched = np.isin(fit.matches.star, star)
    return StarResiduals(
        ra=pack(field.ra[star]),
        dec=pack(field.dec[star]),
        mag=pack(field.mag[star]),
        mag_err=pack(field.mag_err[star]),
        reference_mag=pack(fit.matches.mag[matched]),
        reference_err=pack(fit.matches.mag_err[matched]),
        residual=pack(fit.residual),
        used=pack(fit.used),
    )


def _failed(
    event: FieldMatched, field: model.Field, fault: model.CalibrationImpossibleError
) -> CalibrationFailed:
    finite = [
        fit for fit in fault.ranking if np.isfinite([fit.scatter, fit.score]).all()
    ]
    return CalibrationFailed(
        frame=event.frame,
        message=str(fault),
        hint=fault.hint,
        ranking=tuple(_zero_point(fit) for fit in finite),
        stars=_residuals(field, finite[0]) if finite else None,
    )
