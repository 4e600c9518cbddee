"""Values that several events carry: who observed what, when, and how."""

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
    WithJsonSchema,
)

from shared.contracts.base import Contract

__all__ = [
    "COLUMNS",
    "BandChoice",
    "Column",
    "Declination",
    "Frame",
    "Observer",
    "RightAscension",
    "SurveyName",
    "Target",
    "TargetColour",
]

_BYTES_PER_NUMBER = 8


COLUMNS = "columns"
"""Name in a context of what keeps columns outside the JSON: a list that is filled in
writing, all their bytes in reading."""


def _decoded(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str):
        apart = (info.context or {}).get(COLUMNS)
        value = _cut(value, apart) if value.startswith("@") else _from_base64(value)
    if isinstance(value, bytes) and len(value) % _BYTES_PER_NUMBER:
        raise ValueError("a column holds whole float64 numbers of 8 bytes")
    return value


def _from_base64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as fault:
        raise ValueError("a column is base64 of little-endian float64") from fault


def _cut(value: str, apart: memoryview | None) -> bytes:
    """Return the column that ``@place:size`` means."""
    place, _, size = value[1:].partition(":")
    if apart is None or not (place.isdecimal() and size.isdecimal()):
        raise ValueError("a column is @place:size of the bytes behind the JSON")
    begin, end = int(place), int(place) + int(size)
    if end > len(apart):
        raise ValueError("a column lies beyond the end of the message")
    return bytes(apart[begin:end])


def _encoded(value: bytes, info: SerializationInfo) -> str:
    apart = (info.context or {}).get(COLUMNS)
    if apart is None:
        return base64.b64encode(value).decode("ascii")
    place = sum(map(len, apart))
    apart.append(value)
    return f"@{place}:{len(value)}"


Column = Annotated[
    bytes,
    BeforeValidator(_decoded),
    PlainSerializer(_encoded, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "contentEncoding": "base64",
            "contentMediaType": "application/octet-stream",
            "description": "Little-endian float64 numbers; NaN means not known. In a "
            "message of type application/vnd.cpcs.columns, which is a mark, the length "
            "of its JSON, the JSON and bytes: `@place:size` of those bytes.",
        }
    ),
]
"""A long numeric column, as its little-endian float64 bytes."""

RightAscension = Annotated[float, Field(ge=0, lt=360, description="[deg], ICRS")]
Declination = Annotated[float, Field(ge=-90, le=90, description="[deg], ICRS")]
SurveyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class Observer(Contract):
    """The person at an observatory who made the measurement."""

    id: int = Field(ge=1)
    name: str
    filters: tuple[str, ...] = Field(
        default=(), description="of the observatory, as its observer names them"
    )


class Target(Contract):
    """The object whose light curve grows."""

    alert_id: int = Field(ge=1, description="running number of the target")
    ivorn: str = Field(description="name of the target, such as ivo://Gaia16aye")
    ra: RightAscension
    dec: Declination


class BandChoice(Contract):
    """The catalogue and filter an observer asked for; absent means automatic."""

    survey: SurveyName | None = None
    band: str | None = None


class TargetColour(Contract):
    """The target's colour, as known apart from this image."""

    name: str = Field(pattern=r"^[A-Za-z]{1,8}-[A-Za-z]{1,8}$", description="as g-r")
    value: float = Field(ge=-10, le=10, description="[mag]")
    source: str = Field(description="who says so: the observer, or the same night")


class Frame(Contract):
    """One uploaded image's star list, its target and how to calibrate it.

    The same file, target, time and observer are the same frame, however often it
    is uploaded.
    """

    upload_id: UUID = Field(description="this submission, also its correlation id")
    frame_id: UUID = Field(description="this file, target, time and observer")
    observer: Observer
    target: Target
    mjd: float = Field(description="[d], modified Julian date, UTC, mid-exposure")
    exposure_time: float = Field(ge=0, description="[s]; 0 means not known")
    match_radius: float = Field(gt=0, description="[arcsec]")
    choice: BandChoice = BandChoice()
    dry_run: bool = Field(default=False, description="calibrate, store nothing")
    comment: str = ""
    filter: str = Field(
        default="", description="as the image's header or the observer names it"
    )
    colours: tuple[TargetColour, ...] = Field(
        default=(), description="the target's, the most trusted first"
    )
    recalibration: bool = Field(
        default=False, description="a stored upload calibrated anew, by command"
    )
