"""An image's stars found in every survey."""

import asyncio
from collections.abc import Mapping, Sequence

from services.catalog.domain.bright import bright_stars
from services.catalog.domain.field import (
    BoolArray,
    Detections,
    FieldUnmatchedError,
    MatchedField,
    Measured,
    match_field,
)
from services.catalog.domain.matching import Pairs
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.handlers.places import Around, counted, julian_year
from shared.columns import pack, unpack
from shared.contracts.base import Event
from shared.contracts.catalog import (
    Astrometry,
    FieldMatched,
    FieldUnmatched,
    PairedBand,
    ShownBand,
    ShownStars,
    SurveyPairs,
    SurveysMatched,
)
from shared.contracts.ingest import StarList, UploadParsed

__all__ = ["matched", "on_upload_parsed"]

_MOST_SHOWN = 500
_CORE = 0.1

Definitions = Mapping[str, Survey]


async def on_upload_parsed(
    event: UploadParsed, *, around: Around, surveys: Definitions
) -> Sequence[Event]:
    """Match the uploaded stars with every survey, or say why that failed."""
    target = event.frame.target
    field = Detections(
        ra=unpack(event.stars.ra),
        dec=unpack(event.stars.dec),
        mag=unpack(event.stars.mag),
        target_ra=target.ra,
        target_dec=target.dec,
        epoch=julian_year(event.frame.mjd),
    )
    variables = [name for name, survey in surveys.items() if survey.lists_variables]
    try:
        found = await asyncio.to_thread(
            match_field, field, around.around, event.frame.match_radius, variables
        )
    except FieldUnmatchedError as fault:
        away = await asyncio.to_thread(around.lacking, target.ra, target.dec, _CORE)
        hint = f"{', '.join(away)} did not answer: try again later" if away else ""
        return [
            FieldUnmatched(
                frame=event.frame, message=str(fault), hint=hint or fault.hint
            )
        ]
    told = await asyncio.to_thread(_limits, around, target.ra, target.dec)
    whole = matched(event, found, surveys)
    whole = whole.model_copy(update={"warnings": whole.warnings + told})
    return [whole, _counted(event, found)]


def _limits(around: Around, ra: float, dec: float) -> tuple[str, ...]:
    """Say what the reference stars around a place lack."""
    away = around.lacking(ra, dec, _CORE)
    told = [f"{', '.join(away)} did not answer: calibrated without."] if away else []
    told += [
        f"{survey} is crowded here: only stars brighter than {cut:g} mag are used."
        for survey, cut in around.cuts(ra, dec, _CORE).items()
    ]
    return tuple(told)


def _counted(event: UploadParsed, field: MatchedField) -> SurveysMatched:
    return SurveysMatched(
        upload_id=event.frame.upload_id,
        surveys=counted({name: len(pairs) for name, pairs in field.pairs.items()}),
        stars=_shown(_worked_with(event.stars, field), field),
    )


def _shown(stars: StarList, field: MatchedField) -> ShownStars:
    """Return the brightest matched stars with what every survey says of them."""
    mag = unpack(stars.mag)
    chosen, bands = bright_stars(mag, field.pairs, field.reference, _MOST_SHOWN)
    return ShownStars(
        ra=pack(field.ra[chosen]),
        dec=pack(field.dec[chosen]),
        mag=pack(mag[chosen]),
        mag_err=pack(unpack(stars.mag_err)[chosen]),
        bands=tuple(
            ShownBand(survey=survey, band=band, mag=pack(column))
            for (survey, band), column in bands.items()
        ),
    )


def matched(
    event: UploadParsed, field: MatchedField, surveys: Definitions
) -> FieldMatched:
    """Return the event that carries the pairs of a matched field."""
    return FieldMatched(
        frame=event.frame,
        stars=_worked_with(event.stars, field),
        surveys=tuple(
            _survey_pairs(surveys.get(name, Survey(name)), pairs, field.reference[name])
            for name, pairs in field.pairs.items()
        ),
        warnings=event.warnings + field.warnings,
        astrometry=_astrometry(field.measured),
        variable=_flags(field.variable),
    )


def _worked_with(stars: StarList, field: MatchedField) -> StarList:
    return StarList(
        ra=pack(field.ra),
        dec=pack(field.dec),
        mag=pack(unpack(stars.mag)[field.stars]),
        mag_err=pack(unpack(stars.mag_err)[field.stars]),
    )


def _flags(flags: BoolArray) -> bytes:
    return pack(flags) if flags.any() else b""


def _astrometry(measured: Measured) -> Astrometry:
    repair = measured.repair
    return Astrometry(
        survey=measured.survey,
        stars=repair.stars,
        offset_east=repair.shift.real,
        offset_north=repair.shift.imag,
        rotation=repair.rotation,
        scale=repair.scale,
        repaired=measured.repaired,
    )


def _survey_pairs(
    survey: Survey, pairs: Pairs, reference: ReferenceStars
) -> SurveyPairs:
    return SurveyPairs(
        survey=survey.name,
        star=pack(pairs.uploaded),
        ra=pack(reference.ra[pairs.reference]),
        dec=pack(reference.dec[pairs.reference]),
        offset_east=pairs.offset_east,
        offset_north=pairs.offset_north,
        blended=_flags(pairs.blended),
        bands=tuple(
            _paired_band(survey, name, pairs, reference) for name in reference.mag
        ),
    )


def _paired_band(
    survey: Survey, name: str, pairs: Pairs, reference: ReferenceStars
) -> PairedBand:
    band = survey.band(name)
    chosen = pairs.reference
    has_colour = band.colour is not None and set(band.colour) <= reference.mag.keys()
    return PairedBand(
        band=name,
        system=band.system,
        mag=pack(reference.mag[name][chosen]),
        mag_err=pack(reference.mag_err[name][chosen]),
        floor=band.made_by.scatter if band.made_by else 0.0,
        colour=band.colour if has_colour else None,
        origin=band.made_by.source if band.made_by else "",
    )
