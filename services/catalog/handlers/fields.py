"""An image's stars found in every survey."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from services.catalog.domain.bright import bright_stars
from services.catalog.domain.detections import (
    Detections,
    FieldUnmatchedError,
    cone_of,
)
from services.catalog.domain.field import MatchedField, Measured, match_field
from services.catalog.domain.matching import Pairs
from services.catalog.domain.movers import Moved, followed
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Band, Survey
from services.catalog.handlers.places import Around, counted
from shared.columns import pack, pack_as_it_is, unpack
from shared.contracts.base import Event
from shared.contracts.catalog import (
    Astrometry,
    FieldMatched,
    FieldUnmatched,
    PairedBand,
    Place,
    ShownBand,
    ShownStars,
    SurveyPairs,
    SurveysMatched,
)
from shared.contracts.imager import ImageMeasured
from shared.contracts.ingest import StarList, UploadParsed
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray
from shared.kernel.epochs import julian_year
from shared.messaging.service import Caused, First

__all__ = ["matched", "on_stars_listed"]

_MOST_SHOWN = 500

Definitions = Mapping[str, Survey]
Listed = UploadParsed | ImageMeasured
"""The stars of an image, whether they came as a list or were measured here."""


async def on_stars_listed(
    event: Listed, *, around: Around, surveys: Definitions
) -> Caused:
    """Match an image's stars with every survey, or say why that failed.

    The calibrator gets its pairs first, then the observer is shown what was found.
    """
    said, field = await asyncio.to_thread(_found, event, around, surveys)
    if field is None:
        return [said]
    shown = partial(_counted, event, field)

    async def then() -> Sequence[Event]:
        return [await asyncio.to_thread(shown)]

    return First([said], then)


def _found(
    event: Listed, around: Around, surveys: Definitions
) -> tuple[Event, MatchedField | None]:
    field, sky = _detections(event), Sky()
    variables = [name for name, survey in surveys.items() if survey.lists_variables]
    try:
        sky = around(cone_of(field), field.epoch)
        found = match_field(field, sky.stars, event.frame.match_radius, variables)
    except FieldUnmatchedError as fault:
        away = ", ".join(sky.lacking)
        hint = f"{away} did not answer: try again later" if away else fault.hint
        return FieldUnmatched(frame=event.frame, message=str(fault), hint=hint), None
    moved = _followed(field, found, surveys)
    whole = matched(event, found, surveys)
    told = whole.warnings + _limits(sky) + ((moved.told(),) if moved else ())
    place = Place(ra=moved.ra, dec=moved.dec) if moved else None
    whole = whole.model_copy(update={"warnings": told, "target": place})
    return whole, found


def _followed(
    field: Detections, found: MatchedField, surveys: Definitions
) -> Moved | None:
    epochs = {name: survey.epoch for name, survey in surveys.items()}
    here = field.target_ra, field.target_dec
    return followed(*here, field.epoch, found.reference, epochs)


def _detections(event: Listed) -> Detections:
    target = event.frame.target
    return Detections(
        ra=unpack(event.stars.ra),
        dec=unpack(event.stars.dec),
        mag=unpack(event.stars.mag),
        target_ra=target.ra,
        target_dec=target.dec,
        epoch=julian_year(event.frame.mjd),
        chip=unpack(event.stars.chip) if event.stars.chip else None,
    )


def _limits(sky: Sky) -> tuple[str, ...]:
    """Say what the reference stars of a field lack."""
    away = [survey for survey in sky.lacking if survey not in sky.stars]
    here = [survey for survey in sky.lacking if survey in sky.stars]
    told = [f"{', '.join(away)} did not answer: calibrated without."] if away else []
    if here:
        told.append(f"Of {', '.join(here)} only some of the stars came in time.")
    told += [
        f"{survey} is crowded here: only stars brighter than {cut:.1f} mag are used."
        for survey, cut in sky.cuts.items()
    ]
    return tuple(told)


def _counted(event: Listed, field: MatchedField) -> SurveysMatched:
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


def matched(event: Listed, field: MatchedField, surveys: Definitions) -> FieldMatched:
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
        forced=event.forced,
    )


def _worked_with(stars: StarList, field: MatchedField) -> StarList:
    return StarList(
        ra=pack(field.ra),
        dec=pack(field.dec),
        mag=pack(unpack(stars.mag)[field.stars]),
        mag_err=pack(unpack(stars.mag_err)[field.stars]),
        quality=_some(stars.quality, field.stars),
        chip=_some(stars.chip, field.stars),
    )


def _some(column: bytes, chosen: IndexArray) -> bytes:
    return pack(unpack(column)[chosen]) if column else b""


def _flags(flags: BoolArray) -> bytes:
    return pack_as_it_is(flags) if flags.any() else b""


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
        offset_east=pairs.offset_east,
        offset_north=pairs.offset_north,
        blended=_flags(pairs.blended),
        number=pack(reference.places[pairs.reference]),
        preference=survey.preference,
        bands=tuple(
            _paired_band(survey, name, reference, *columns)
            for name, columns in reference.told_of(pairs.reference).items()
        ),
    )


def _paired_band(
    survey: Survey,
    name: str,
    reference: ReferenceStars,
    mag: FloatArray,
    mag_err: FloatArray,
) -> PairedBand:
    band = survey.band(name)
    if band.made_by is not None and name not in reference.made:
        band = Band()  # the table that was loaded has it measured
    has_colour = band.colour is not None and set(band.colour) <= reference.mag.keys()
    return PairedBand(
        band=name,
        system=band.system,
        mag=pack_as_it_is(mag),
        mag_err=pack_as_it_is(mag_err),
        floor=band.made_by.scatter if band.made_by else 0.0,
        colour=band.colour if has_colour else None,
        origin=band.made_by.source if band.made_by else "",
    )
