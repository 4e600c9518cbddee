"""The manual's forms: their fields checked, with a clear answer for each fault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.domain.colours import told_colours
from services.gateway.domain.equipment import Equipment, equipment_form
from services.gateway.domain.fields import (
    BAD,
    Fields,
    flag,
    new_name,
    number,
    one_name,
    optional,
    position,
    required,
)
from services.gateway.domain.refusal import RefusalError
from shared.kernel.epochs import JD_OF_MJD
from shared.kernel.names import printable

__all__ = [
    "NewEventForm",
    "NewUserForm",
    "UploadForm",
    "chosen_band",
    "match_radius",
    "new_event_form",
    "new_user_form",
    "observation_number",
    "upload_form",
]

_LONGEST_COMMENT = 2000
_LONGEST_FILTER = 40
_FIRST_MJD = 15020.0
_NARROWEST, _WIDEST = 0.3, 10.0
_CHOICE = re.compile(r"([A-Za-z0-9_-]{1,32})/([A-Za-z0-9_ -]{1,32}'?)")


@dataclass(frozen=True)
class UploadForm:
    """An upload as asked for: times in [d] (MJD, UTC) and [s], radius in [arcsec].

    ``event`` is empty where the target is to be found by position.
    ``colours`` are the target's [mag], as the observer knows them; ``filter`` is the
    image's, as its header or the observer names it.
    """

    event: str
    mjd: float
    exposure_time: float
    match_radius: float
    survey: str | None
    band: str | None
    dry_run: bool
    comment: str
    filter: str
    colours: Mapping[str, float]


@dataclass(frozen=True)
class NewEventForm:
    """A target as asked for: position (ICRS) [deg]."""

    ivorn: str
    ra: float
    dec: float
    url: str


@dataclass(frozen=True)
class NewUserForm:
    """An observer as asked for: longitude and latitude [deg], east positive."""

    name: str
    longitude: float
    latitude: float
    allow_upload: bool
    prefix: str
    equipment: Equipment


def upload_form(fields: Fields, today: float) -> UploadForm:
    """Return the checked fields of an upload.

    Parameters
    ----------
    fields
        As they came.
    today
        The present time [d] (MJD, UTC).

    Raises
    ------
    RefusalError
        A field is missing or means nothing.
    """
    survey, band = chosen_band(fields)
    exposure = number(fields, "expTime", default="0")
    if exposure < 0:
        raise RefusalError(BAD, "expTime must not be negative.")
    return UploadForm(
        event=one_name(optional(fields, "EventID")),
        mjd=_mjd(number(fields, "MJD"), today),
        exposure_time=exposure,
        match_radius=match_radius(fields),
        survey=survey,
        band=band,
        dry_run=flag(fields, "dryRun"),
        comment=printable(fields.get("comment", ""), _LONGEST_COMMENT),
        filter=printable(fields.get("usedFilter", ""), _LONGEST_FILTER),
        colours=told_colours(fields.get("colour", "")),
    )


def _mjd(mjd: float, today: float) -> float:
    if mjd >= JD_OF_MJD:
        raise RefusalError(BAD, "MJD looks like a JD: subtract 2400000.5.")
    if mjd < _FIRST_MJD:
        raise RefusalError(BAD, f"MJD {mjd:g} is too early for an observation.")
    if mjd > today + 1:
        raise RefusalError(BAD, f"MJD {mjd:g} lies in the future.")
    return mjd


def match_radius(fields: Fields) -> float:
    """Return the matching radius [arcsec].

    Raises
    ------
    RefusalError
        Too narrow or too wide.
    """
    radius = number(fields, "matchDist", default="2")
    if not _NARROWEST <= radius <= _WIDEST:
        raise RefusalError(BAD, "matchDist must be 0.3 to 10 arcsec.")
    return radius


def chosen_band(fields: Fields) -> tuple[str | None, str | None]:
    """Return the survey and band that were asked for; ``None`` for any.

    Raises
    ------
    RefusalError
        No such words.
    """
    text = fields.get("forceFilter", "no").strip()
    if text.lower() in {"", "no"}:
        return None, None
    found = _CHOICE.fullmatch(text)
    if found is None:
        raise RefusalError(
            BAD, "forceFilter must be no, SURVEY/BAND, any/BAND or SURVEY/any."
        )
    survey, band = (None if part.lower() == "any" else part for part in found.groups())
    return survey, band


def new_event_form(fields: Fields) -> NewEventForm:
    """Return the checked fields of a new target.

    Raises
    ------
    RefusalError
        A field is missing or means nothing.
    """
    ra, dec = position(fields)
    url = fields.get("url", "").strip()
    if url and not url.lower().startswith(("http://", "https://")):
        raise RefusalError(BAD, "url must begin with http:// or https://.")
    return NewEventForm(new_name(fields, "EventID"), ra, dec, url)


def new_user_form(fields: Fields) -> NewUserForm:
    """Return the checked fields of a new observer.

    Raises
    ------
    RefusalError
        A field is missing or means nothing.
    """
    longitude = number(fields, "lon", default="0")
    latitude = number(fields, "lat", default="0")
    if abs(longitude) > 360 or abs(latitude) > 90:  # noqa: PLR2004 - the globe
        raise RefusalError(BAD, "lon and lat must be degrees on the Earth.")
    return NewUserForm(
        name=new_name(fields, "obsName"),
        longitude=longitude,
        latitude=latitude,
        allow_upload=flag({"allow_upload": "1", **fields}, "allow_upload"),
        prefix=fields.get("prefix", "").strip(),
        equipment=equipment_form(fields),
    )


def observation_number(fields: Fields) -> int:
    """Return the number of an observation out of the field ``followupid``.

    Raises
    ------
    RefusalError
        Not a positive whole number.
    """
    text = required(fields, "followupid")
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) == 0:
        raise RefusalError(BAD, "followupid must be the number of an observation.")
    return int(text)
