"""What catalog says: which reference stars an image's stars are."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event
from shared.contracts.ingest import StarList
from shared.contracts.values import (
    Column,
    Declination,
    ForcedMagnitude,
    Frame,
    ImageHints,
    RightAscension,
    SurveyName,
)

__all__ = [
    "Astrometry",
    "ConeBand",
    "ConeServed",
    "FieldMatched",
    "FieldUnmatched",
    "PairedBand",
    "Place",
    "PlaceCharted",
    "PlaceSurveyed",
    "ShownBand",
    "ShownStars",
    "SurveyCount",
    "SurveyPairs",
    "SurveysMatched",
]


class PairedBand(Contract):
    """One band of a survey for the paired stars, in the order of the pairs."""

    band: str
    system: str = Field(description="photometric system: Vega or AB")
    mag: Column = Field(description="reference magnitude [mag]")
    mag_err: Column = Field(description="[mag]; NaN where the survey gives none")
    floor: float = Field(
        ge=0, description="[mag], scatter of the transformation; 0 where measured"
    )
    colour: tuple[str, str] | None = Field(
        default=None, description="the bands of this survey whose difference is it"
    )
    origin: str = Field(
        default="", description="the formula's source, for a transformed band"
    )


class SurveyPairs(Contract):
    """Pairs of an uploaded star and a reference star, one-to-one, by position only."""

    survey: SurveyName
    star: Column = Field(description="index of the star in the uploaded list")
    ra: Column = Field(
        default=b"", description="reference position [deg], ICRS; empty: see number"
    )
    dec: Column = Field(default=b"", description="as ra")
    offset_east: float = Field(description="median uploaded − reference [arcsec]")
    offset_north: float = Field(description="median uploaded − reference [arcsec]")
    bands: tuple[PairedBand, ...]
    blended: Column = Field(
        default=b"",
        description="1 where neighbours add their light to a pair; empty: none",
    )
    number: Column = Field(
        default=b"",
        description="of the reference star's place in the survey: "
        "((dec + 90) · 360000 · 360 + ra) · 360000, each rounded",
    )
    preference: int = Field(
        default=99, description="of surveys that fit as well the lowest is taken"
    )


class Astrometry(Contract):
    """By how much the uploaded positions were moved onto the surveys, if at all."""

    survey: SurveyName = Field(description="against which it was measured")
    stars: int = Field(ge=0, description="from how many stars")
    offset_east: float = Field(description="uploaded − reference [arcsec]")
    offset_north: float = Field(description="uploaded − reference [arcsec]")
    rotation: float = Field(
        description="of the uploaded positions, north to east [deg]"
    )
    scale: float = Field(description="uploaded over reference distances")
    repaired: bool = Field(description="the stars in this event have been moved")


class Place(Contract):
    """A position on the sky."""

    ra: RightAscension
    dec: Declination


class FieldMatched(Event):
    """The stars of an image were found in at least one survey."""

    key: ClassVar[str] = "field.matched.v1"

    frame: Frame
    stars: StarList
    surveys: tuple[SurveyPairs, ...] = Field(min_length=1)
    warnings: tuple[str, ...] = ()
    astrometry: Astrometry | None = None
    variable: Column = Field(
        default=b"", description="1 for a known variable star; empty: none is known"
    )
    target: Place | None = Field(
        default=None, description="where the target is on the night, if it moves"
    )
    forced: ForcedMagnitude | None = Field(
        default=None, description="the target, measured at its place on the image"
    )


class PlaceCharted(Event):
    """Which stars an image of a target may show: a plate is solved with them."""

    key: ClassVar[str] = "place.charted.v1"

    frame: Frame
    blob: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the image in the blob store"
    )
    hints: ImageHints
    target: Place = Field(description="where the target is on the night")
    survey: str = Field(default="", description="whose stars they are; empty: no stars")
    star_ra: Column = Field(default=b"", description="[deg], ICRS, brightest first")
    star_dec: Column = Field(default=b"", description="[deg], ICRS")
    star_mag: Column = Field(
        default=b"", description="in whichever band it is brightest [mag]"
    )
    lacking: tuple[str, ...] = Field(
        default=(), description="surveys that did not answer yet"
    )
    notes: tuple[str, ...] = Field(
        default=(), description="what the observer should know of the file"
    )


class ShownBand(Contract):
    """One band of the stars that are shown, in their order."""

    survey: SurveyName
    band: str
    mag: Column = Field(description="reference magnitude [mag]; NaN where not known")


class ShownStars(Contract):
    """The brightest matched stars in every band, for people to look at."""

    ra: Column = Field(description="uploaded position [deg], ICRS")
    dec: Column = Field(description="uploaded position [deg], ICRS")
    mag: Column = Field(description="instrumental magnitude [mag]")
    mag_err: Column = Field(description="[mag]")
    bands: tuple[ShownBand, ...]


class SurveyCount(Contract):
    """How many stars of an image or of a place a survey knows."""

    survey: SurveyName
    stars: int = Field(ge=0)
    bands: tuple[str, ...] = Field(
        default=(), description="that it has there; empty where they are not told"
    )


class SurveysMatched(Event):
    """How far an upload has come: its stars were looked for in every survey."""

    key: ClassVar[str] = "surveys.matched.v1"

    upload_id: UUID
    surveys: tuple[SurveyCount, ...] = Field(description="most stars first")
    stars: ShownStars | None = Field(default=None, description="brightest first")


class PlaceSurveyed(Event):
    """Which surveys have stars around a target: the cones that are warm now."""

    key: ClassVar[str] = "place.surveyed.v1"

    alert_id: int = Field(ge=1)
    radius: float = Field(gt=0, description="[deg]")
    surveys: tuple[SurveyCount, ...] = Field(description="most stars first")
    lacking: tuple[str, ...] = Field(
        default=(), description="surveys that did not answer yet"
    )


class FieldUnmatched(Event):
    """No survey has enough of the image's stars."""

    key: ClassVar[str] = "field.unmatched.v1"

    frame: Frame
    message: str = Field(max_length=100, description="one sentence for the observer")
    hint: str = Field(default="", description="what to do about it")


class ConeBand(Contract):
    """One band of the stars in a cone."""

    band: str
    mag: Column = Field(description="[mag]")
    mag_err: Column = Field(description="[mag]; NaN where the survey gives none")


class ConeServed(Event):
    """The reference stars of one survey around a position, brightest part if many."""

    key: ClassVar[str] = "cone.served.v1"

    request_id: UUID
    survey: SurveyName
    ra: RightAscension
    dec: Declination
    radius: float = Field(gt=0, description="[deg]")
    star_ra: Column = Field(description="[deg], ICRS")
    star_dec: Column = Field(description="[deg], ICRS")
    bands: tuple[ConeBand, ...]
    truncated: bool = Field(description="the cone holds more stars than are listed")
    message: str = Field(default="", description="why there are no stars, if so")
