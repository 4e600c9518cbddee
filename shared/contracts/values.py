"""Values that several events carry: who observed what, when, and how."""

import base64
import binascii
import struct
from collections.abc import Mapping
from typing import Annotated, Any, Protocol
from uuid import UUID

from pydantic import (
    AwareDatetime,
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
    "ForcedMagnitude",
    "Frame",
    "ImageHints",
    "Narrow",
    "Observer",
    "Outside",
    "RightAscension",
    "SurveyName",
    "Target",
    "TargetColour",
]

COLUMNS = "columns"
"""Name, in a context of pydantic, of what keeps columns outside the JSON."""


class Outside(Protocol):
    """Keeps columns outside the JSON of an event; each is a word that begins with @."""

    def keep(self, column: bytes) -> str:
        """Return the word for a column that is kept from now on."""

    def find(self, word: str) -> bytes:
        """Return the column of a word.

        Raises
        ------
        ValueError
            There is none.
        """


def _decoded(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str):
        value = _found(value, info.context) if value[:1] == "@" else _from_base64(value)
    if isinstance(value, bytes) and len(value) % _bytes_per_number(value):
        raise ValueError("a column holds whole numbers of 8 bytes")
    return value


class Narrow(bytes):
    """A column on its way into an event, of numbers that are float32.

    Its bytes alone do not tell: keep it nowhere else.
    """

    __slots__ = ()

    def wide(self) -> bytes:
        """Return the same numbers as float64."""
        count = len(self) // 4
        return struct.pack(f"<{count}d", *struct.unpack(f"<{count}f", self))


def _bytes_per_number(column: bytes) -> int:
    return 4 if isinstance(column, Narrow) else 8


def _found(word: str, context: Mapping[str, Outside] | None) -> bytes:
    if not context:
        raise ValueError("a column is outside the JSON, where nothing is")
    return context[COLUMNS].find(word)


def _from_base64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as fault:
        raise ValueError("a column is base64 of little-endian float64") from fault


def _encoded(value: bytes, info: SerializationInfo) -> str:
    if not info.context:
        whole = value.wide() if isinstance(value, Narrow) else value
        return base64.b64encode(whole).decode("ascii")
    outside: Outside = info.context[COLUMNS]
    return outside.keep(value)


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
            "of its JSON, the JSON and bytes: `@place:size` of those bytes, or with "
            "`:f4` behind it as many float32.",
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


class ForcedMagnitude(Contract):
    """The target as measured at its known place on an image, detected or not."""

    x: float = Field(description="[px], from 0 in the middle of the first pixel")
    y: float = Field(description="[px]")
    mag: float | None = Field(
        default=None, description="instrumental [mag]; absent where there is no light"
    )
    mag_err: float | None = Field(default=None, description="[mag]")
    limit: float = Field(
        description="a star of this would have been seen at 3 sigma [mag]; light that "
        "is no detection is added"
    )
    snr: float = Field(description="signal over the noise of an empty sky")
    chi2: float | None = Field(
        default=None, description="of its pixels about a star's profile, 1 of a star"
    )
    asymmetry: float | None = Field(
        default=None, description="chi2 of its light against that turned by 180 deg"
    )
    too_bright: float = Field(
        default=0.0, ge=0, description="by so much light beside it may add [mag]"
    )
    quality: int = Field(default=0, ge=0, description="as in a list of stars")
    radius: float = Field(ge=0, description="of the circle it was measured in [px]")
    reach: float = Field(
        ge=0, description="a star farther from its place is another [arcsec]"
    )


class ImageHints(Contract):
    """What is known of an image before its pixels are seen."""

    width: int = Field(ge=1, description="[px]")
    height: int = Field(ge=1, description="[px]")
    extension: str = Field(default="", description="which image of several was asked")
    plane: int | None = Field(
        default=None, ge=0, le=2, description="of red, green, blue"
    )
    scale: float | None = Field(default=None, gt=0, description="[arcsec/px]")
    gain: float | None = Field(
        default=None, gt=0, description="[electron/ADU], as told"
    )
    saturation: float | None = Field(default=None, gt=0, description="[ADU], as told")
    radius: float = Field(
        gt=0, description="how far from the target it may reach [deg]"
    )


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
    asked: AwareDatetime | None = Field(
        default=None, description="when it was submitted"
    )
