"""Between the contracts and the domain: the field as heard, the report as said."""

from collections.abc import Mapping

import numpy as np

from services.calibrator.domain import model, outcome
from services.calibrator.domain.hints import NO_HINTS, Hints
from services.calibrator.domain.run import Run
from shared.columns import pack, unpack
from shared.contracts.calibration import (
    CalibratedMagnitude,
    ColourMagnitude,
    Detected,
    Gradient,
    RunTerm,
    StarResiduals,
    ZeroPoint,
)
from shared.contracts.calibrator import CalibrationFailed, CalibrationSolved
from shared.contracts.catalog import FieldMatched, PairedBand, SurveyPairs
from shared.contracts.values import ForcedMagnitude, TargetColour
from shared.kernel.sphere import separation, unit_vectors

__all__ = ["failed", "field_of", "solved"]

_LEGACY_FLOOR = 0.01


def field_of(event: FieldMatched) -> model.Field:
    """Return the matched field an event carries."""
    stars, target = event.stars, event.target or event.frame.target
    return model.Field(
        ra=unpack(stars.ra),
        dec=unpack(stars.dec),
        mag=unpack(stars.mag),
        mag_err=unpack(stars.mag_err),
        target_ra=target.ra,
        target_dec=target.dec,
        radius=event.frame.match_radius,
        bands=[band for pairs in event.surveys for band in _bands(pairs)],
        variable=_flags(event.variable),
        quality=_numbers(stars.quality),
        chip=_numbers(stars.chip),
        colours=[
            model.TargetColour(colour.name, colour.value, colour.source)
            for colour in event.frame.colours
        ],
        forced=_forced(event.forced),
    )


def _forced(told: ForcedMagnitude | None) -> model.Forced | None:
    if told is None:
        return None
    return model.Forced(told.mag, told.mag_err, told.limit, told.snr, told.reach)


def _flags(column: bytes) -> model.BoolArray | None:
    return unpack(column) > 0 if column else None


def _numbers(column: bytes) -> model.IndexArray | None:
    return unpack(column).astype(np.intp) if column else None


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
            origin=band.origin,
            preference=pairs.preference,
            blended=_flags(pairs.blended),
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


def solved(
    event: FieldMatched,
    field: model.Field,
    solution: outcome.Solution,
    forced: model.BandChoice,
    hints: Hints = NO_HINTS,
) -> CalibrationSolved:
    """Return the event that tells a solution with everything behind it."""
    chosen = solution.best.matches.survey
    pairs = next(one for one in event.surveys if one.survey == chosen)
    return CalibrationSolved(
        frame=event.frame,
        mode="AUTO" if forced.is_automatic else "FORCED",
        magnitude=_magnitude(field, solution),
        best=_zero_point(solution.best, solution.run),
        ranking=tuple(_zero_point(fit, solution.run) for fit in solution.ranking),
        stars=_residuals(field, solution.best, solution.run),
        offset_east=pairs.offset_east,
        offset_north=pairs.offset_north,
        warnings=event.warnings + solution.warnings,
        astrometry=event.astrometry,
        runs=_runs(solution.run),
        helped_by=hints.told() if forced.is_automatic else (),
        chance=solution.chance,
    )


def _magnitude(field: model.Field, solution: outcome.Solution) -> CalibratedMagnitude:
    magnitude = solution.magnitude
    return CalibratedMagnitude(
        mag=magnitude.value,
        mag_err=magnitude.error,
        calib_err=max(solution.best.scatter, _LEGACY_FLOOR),
        total_err=magnitude.total,
        depth=magnitude.depth,
        depth_err=magnitude.depth_err,
        for_colour=_for_colour(magnitude.for_colour),
        detected=None if solution.target is None else _detected(field, solution.target),
        forced=magnitude.snr is not None,
        snr=magnitude.snr,
    )


def _detected(field: model.Field, target: int) -> Detected:
    ra, dec = float(field.ra[target]), float(field.dec[target])
    own = unit_vectors(field.target_ra, field.target_dec)
    return Detected(ra=ra, dec=dec, separation=3600 * float(separation(ra, dec, own)))


def _for_colour(found: outcome.ForColour | None) -> ColourMagnitude | None:
    if found is None:
        return None
    colour = found.colour
    told = TargetColour(name=colour.name, value=colour.value, source=colour.source)
    return ColourMagnitude(mag=found.value, total_err=found.total, colour=told)


def _runs(run: Run | None) -> tuple[RunTerm, ...]:
    if run is None:
        return ()
    return tuple(
        RunTerm(kind=kind, size=float(np.ptp(added))) for kind, added in run.parts()
    )


def _zero_point(fit: outcome.ZeroPoint, run: Run | None = None) -> ZeroPoint:
    matches = fit.matches
    return ZeroPoint(
        survey=matches.survey,
        band=matches.band,
        system=matches.system,
        zero_point=fit.zero_point,
        zero_point_err=fit.zero_point_err,
        scatter=fit.scatter,
        intrinsic_scatter=fit.intrinsic_scatter,
        stars_used=fit.stars_used,
        outlier_fraction=fit.outlier_fraction,
        colour_name=matches.colour_name,
        colour_term=fit.colour_term,
        colour_term_err=fit.colour_term_err,
        score=fit.score,
        origin=matches.origin,
        mean_colour=fit.mean_colour,
        colour_prior=fit.prior.mean,
        colour_prior_err=fit.prior.sigma,
        gradient=_gradient(run),
    )


def _gradient(run: Run | None) -> Gradient | None:
    if run is None or run.plane is None:
        return None
    east, north, east_err, north_err = run.plane
    return Gradient(east=east, north=north, east_err=east_err, north_err=north_err)


def _residuals(
    field: model.Field, fit: outcome.ZeroPoint, run: Run | None = None
) -> StarResiduals:
    star, matches = fit.star, fit.matches
    known = np.isfinite(matches.mag)
    return StarResiduals(
        ra=pack(field.ra[star]),
        dec=pack(field.dec[star]),
        mag=pack(field.mag[star]),
        mag_err=pack(field.mag_err[star]),
        reference_mag=pack(matches.mag[known]),
        reference_err=pack(matches.mag_err[known]),
        residual=pack(fit.residual),
        used=pack(fit.used),
        reason=pack(fit.verdict),
        colour=b"" if matches.colour is None else pack(matches.colour[known]),
        run=b"" if run is None else pack(run.added[star]),
    )


def failed(
    event: FieldMatched, field: model.Field, fault: outcome.CalibrationImpossibleError
) -> CalibrationFailed:
    """Return the event that tells why a field cannot be calibrated."""
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
