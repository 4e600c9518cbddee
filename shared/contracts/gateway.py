"""What the gateway says: what people asked for."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Event
from shared.contracts.values import (
    Declination,
    ForcedMagnitude,
    Frame,
    ImageHints,
    Observer,
    RightAscension,
    SurveyName,
)

__all__ = [
    "AlertRequested",
    "ColourResetRequested",
    "ConeRequested",
    "DeletionRequested",
    "FieldRequested",
    "ImageSubmitted",
    "MergerRequested",
    "PacketSubmitted",
    "PromotionRequested",
    "RestorationRequested",
    "RetractionRequested",
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
    forced: ForcedMagnitude | None = Field(
        default=None, description="the target, where an image was measured before"
    )
    notes: tuple[str, ...] = Field(
        default=(), description="what the observer should know of the file"
    )


class ImageSubmitted(Event):
    """An observer uploaded an image."""

    key: ClassVar[str] = "image.submitted.v1"

    frame: Frame
    blob: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file in the blob store"
    )
    file_name: str = Field(description="as the observer called it")
    hints: ImageHints
    notes: tuple[str, ...] = Field(
        default=(), description="what the observer should know of the file"
    )


class FieldRequested(Event):
    """An upload names no target, and where its image is on the sky is asked."""

    key: ClassVar[str] = "field.requested.v1"

    request_id: UUID
    blob: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file in the blob store"
    )


class AlertRequested(Event):
    """A person entered a new target, or corrected their own."""

    key: ClassVar[str] = "alert.requested.v1"

    request_id: UUID
    ivorn: str
    ra: RightAscension
    dec: Declination
    url: str = ""
    observer: Observer
    classification: str = Field(default="", description="empty: as it is")
    administrator: bool = Field(default=False, description="may correct any target")


class DeletionRequested(Event):
    """A person asked to take an observation off the light curve."""

    key: ClassVar[str] = "deletion.requested.v1"

    request_id: UUID
    observation_id: int = Field(ge=1)
    observer: Observer
    asked: AwareDatetime | None = Field(
        default=None, description="when; an older wish yields to a newer one"
    )


class RestorationRequested(Event):
    """A person asked to put a deleted observation back on the light curve."""

    key: ClassVar[str] = "restoration.requested.v1"

    request_id: UUID
    observation_id: int = Field(ge=1)
    observer: Observer
    asked: AwareDatetime | None = Field(
        default=None, description="when; an older wish yields to a newer one"
    )


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


class RetractionRequested(Event):
    """A person asked to retract a target: it stays, marked, with its observations."""

    key: ClassVar[str] = "retraction.requested.v1"

    request_id: UUID
    alert_id: int = Field(ge=1)
    reason: str = Field(max_length=200)
    observer: Observer
    administrator: bool = Field(default=False, description="may retract any target")


class MergerRequested(Event):
    """An administrator asked to merge two targets that are the same object."""

    key: ClassVar[str] = "merger.requested.v1"

    request_id: UUID
    alert_id: int = Field(ge=1, description="the target that ends")
    into: int = Field(ge=1, description="the target that takes its observations")
    observer: Observer


class PromotionRequested(Event):
    """An administrator asked to make a target of a packet, whatever the rules say."""

    key: ClassVar[str] = "promotion.requested.v1"

    request_id: UUID
    packet: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of its bytes")
    observer: Observer


class PacketSubmitted(Event):
    """A person or a program sent a packet of an alert stream over HTTP."""

    key: ClassVar[str] = "packet.submitted.v1"

    request_id: UUID
    blob: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of it in the blob store"
    )
    observer: Observer
