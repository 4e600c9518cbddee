"""What catalog does with the events it hears."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

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
from shared.columns import pack, unpack
from shared.contracts.alerts import AlertCreated
from shared.contracts.base import Event
from shared.contracts.catalog import (
    Astrometry,
    ConeBand,
    ConeServed,
    FieldMatched,
    FieldUnmatched,
    PairedBand,
    PlaceSurveyed,
    ShownBand,
    ShownStars,
    SurveyCount,
    SurveyPairs,
    SurveysMatched,
)
from shared.contracts.gateway import ConeRequested
from shared.contracts.ingest import StarList, UploadParsed

__all__ = ["matched", "on_alert_created", "on_cone_requested", "on_upload_parsed"]

_MJD_OF_J2000 = 51544.5
_MOST_SHOWN = 500
_CORE = 0.1
_MJD_OF_UNIX_EPOCH = 40587.0
_SECONDS_PER_DAY = 86400.0

Definitions = Mapping[str, Survey]
SurveyCone = Callable[[str, float, float, float], tuple[str, ReferenceStars]]
"""A survey and its stars in a cone: survey or any, RA, Dec, radius [deg]."""


class Around(Protocol):
    """Reference stars around a place; may take its time."""

    def around(
        self, ra: float, dec: float, radius: float, epoch: float
    ) -> Mapping[str, ReferenceStars]:
        """Return the stars of every survey in a cone [deg], at a Julian year."""

    def lacking(self, ra: float, dec: float, radius: float) -> Sequence[str]:
        """Return the surveys that did not answer about a cone [deg]."""

    def cuts(self, ra: float, dec: float, radius: float) -> Mapping[str, float]:
        """Return the surveys that lack stars fainter than a cut [mag]."""


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
        epoch=_julian_year(event.frame.mjd),
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
    counts = [
        SurveyCount(survey=name, stars=len(pairs))
        for name, pairs in field.pairs.items()
    ]
    counts.sort(key=lambda one: (-one.stars, one.survey))
    return SurveysMatched(
        upload_id=event.frame.upload_id,
        surveys=tuple(counts),
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


def _julian_year(mjd: float) -> float:
    return 2000 + (mjd - _MJD_OF_J2000) / 365.25


async def on_alert_created(
    event: AlertCreated, *, around: Around, radius: float
) -> Sequence[Event]:
    """Fetch and read the cones around a new target: uploads find them warm."""
    today = _MJD_OF_UNIX_EPOCH + datetime.now(UTC).timestamp() / _SECONDS_PER_DAY
    place = event.alert.ra, event.alert.dec, radius
    found = await asyncio.to_thread(around.around, *place, _julian_year(today))
    away = await asyncio.to_thread(around.lacking, *place)
    counts = [
        SurveyCount(survey=name, stars=len(stars)) for name, stars in found.items()
    ]
    counts.sort(key=lambda one: (-one.stars, one.survey))
    return [
        PlaceSurveyed(
            alert_id=event.alert.id,
            radius=radius,
            surveys=tuple(counts),
            lacking=tuple(away),
        )
    ]


async def on_cone_requested(
    event: ConeRequested, *, cone: SurveyCone, most: int
) -> Sequence[Event]:
    """List the brightest stars of a survey around a position."""
    survey, stars = await asyncio.to_thread(
        cone, event.survey, event.ra, event.dec, event.radius
    )
    listed = stars.brightest(most)
    return [
        ConeServed(
            request_id=event.request_id,
            survey=survey,
            ra=event.ra,
            dec=event.dec,
            radius=event.radius,
            star_ra=pack(listed.ra),
            star_dec=pack(listed.dec),
            bands=tuple(
                ConeBand(band=band, mag=pack(mag), mag_err=pack(listed.mag_err[band]))
                for band, mag in listed.mag.items()
            ),
            truncated=len(listed) < len(stars),
            message="" if len(stars) else f"{survey} has no stars here.",
        )
    ]


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
