"""What ingest says: the stars in an uploaded file, or why there are none."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract, Event
from shared.contracts.values import (
    Column,
    Declination,
    ForcedMagnitude,
    Frame,
    RightAscension,
)

__all__ = ["Cap", "FieldLocated", "StarList", "UploadParsed", "UploadRejected"]


class StarList(Contract):
    """The usable stars of one image, equally long columns."""

    ra: Column = Field(description="[deg], ICRS")
    dec: Column = Field(description="[deg], ICRS")
    mag: Column = Field(description="instrumental magnitude [mag]")
    mag_err: Column = Field(description="error of the magnitude [mag]")
    quality: Column = Field(
        default=b"",
        description="what the file says against a star, a sum of 1 saturated, "
        "2 cut off, 4 bad pixels, 8 extended, 16 crowded; empty: nothing",
    )
    chip: Column = Field(
        default=b"", description="chip of a mosaic it is on; empty: all on one"
    )
    x: Column = Field(
        default=b"", description="on the image [px]; empty: a list without an image"
    )
    y: Column = Field(default=b"", description="[px]")


class Cap(Contract):
    """A circle on the sky."""

    ra: RightAscension
    dec: Declination
    radius: float = Field(ge=0, le=180, description="[deg]")


class UploadParsed(Event):
    """The uploaded file is a list of stars."""

    key: ClassVar[str] = "upload.parsed.v1"

    frame: Frame
    stars: StarList
    rows_dropped: int = Field(
        ge=0, description="rows without a usable magnitude, error or position"
    )
    warnings: tuple[str, ...] = ()
    forced: ForcedMagnitude | None = Field(
        default=None, description="the target, where an image was measured before"
    )


class FieldLocated(Event):
    """Where on the sky the stars of a file are, or why that is not known."""

    key: ClassVar[str] = "field.located.v1"

    request_id: UUID
    cap: Cap | None = Field(default=None, description="absent: it cannot be read")
    message: str = Field(default="", max_length=100, description="why not")
    hint: str = ""


class UploadRejected(Event):
    """The uploaded file cannot be read as a list of stars."""

    key: ClassVar[str] = "upload.rejected.v1"

    frame: Frame
    message: str = Field(max_length=100, description="one sentence for the observer")
    hint: str = Field(default="", description="what to do about it")
