"""What the gateway says: what people asked for."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event
from shared.contracts.values import (
    Declination,
    Frame,
    Observer,
    RightAscension,
    SurveyName,
)

__all__ = [
    "AlertRequested",
    "ColourResetRequested",
    "ConeRequested",
    "DeletionRequested",
    "RestorationRequested",
    "UploadSubmitted",
]


class UploadSubmitted(Event):
    """An observer uploaded the list of all stars in an image."""

    key: ClassVar[str] = "upload.submitted.v1"

    frame: Frame
    blob: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file in the blob store"
    )
    file_name: str = Field(description="as the observer called it")


class AlertRequested(Event):
    """A person entered a new target, or corrected their own."""

    key: ClassVar[str] = "alert.requested.v1"

    request_id: UUID
    ivorn: str
    ra: RightAscension
    dec: Declination
    url: str = ""
    observer: Observer


class DeletionRequested(Event):
    """A person asked to take an observation off the light curve."""

    key: ClassVar[str] = "deletion.requested.v1"

    request_id: UUID
    observation_id: int = Field(ge=1)
    observer: Observer


class RestorationRequested(Event):
    """A person asked to put a deleted observation back on the light curve."""

    key: ClassVar[str] = "restoration.requested.v1"

    request_id: UUID
    observation_id: int = Field(ge=1)
    observer: Observer


class ConeRequested(Event):
    """A person asked which reference stars a survey has around a position."""

    key: ClassVar[str] = "cone.requested.v1"

    request_id: UUID
    survey: SurveyName
    ra: RightAscension
    dec: Declination
    radius: float = Field(gt=0, description="[deg]")


class ColourResetRequested(Event):
    """An observer asked to forget the colour terms learned from their frames."""

    key: ClassVar[str] = "colourreset.requested.v1"

    request_id: UUID
    observer: Observer
    survey: SurveyName | None = Field(default=None, description="only this survey's")
    band: str | None = Field(default=None, description="only this band's")
