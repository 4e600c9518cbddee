"""What alerts says: targets and their observations, the public product."""

import re
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field
from typing_extensions import override

from shared.contracts.base import Contract, Event
from shared.contracts.calibrator import CalibratedMagnitude, ZeroPoint
from shared.contracts.values import (
    Declination,
    Frame,
    Observer,
    RightAscension,
)

__all__ = [
    "Alert",
    "AlertCreated",
    "AlertRevised",
    "ObservationDeleted",
    "ObservationRecorded",
    "RequestRefused",
]


class Alert(Contract):
    """A target as the alerts service keeps it."""

    id: int = Field(ge=1, description="running number")
    ivorn: str
    ra: RightAscension
    dec: Declination
    published: datetime = Field(description="when the target was added, UTC")
    url: str = ""
    created_by: Observer | None = None
    revision: int = Field(ge=1, description="grows with every change")


class AlertCreated(Event):
    """A target exists. Said again when somebody asks for it to be announced."""

    key: ClassVar[str] = "alert.created.v1"

    alert: Alert
    request_id: UUID | None = Field(default=None, description="what this answers")


class AlertRevised(Event):
    """A target's position or link was corrected."""

    key: ClassVar[str] = "alert.revised.v1"

    alert: Alert
    request_id: UUID | None = Field(default=None, description="what this answers")


class ObservationRecorded(Event):
    """A calibrated point of a light curve: the public product.

    The same observation is said again, with a higher revision, when its frame is
    calibrated anew; the newest revision counts. A dry run is told with
    ``stored: false``, under the bare key, so that it never enters the product.
    """

    key: ClassVar[str] = "observation.recorded.v1"

    stored: bool = Field(description="false for a dry run")
    observation_id: int | None = Field(description="running number; none if dry run")
    revision: int = Field(ge=1, description="grows with every change")
    frame: Frame
    mode: str = Field(pattern="^(AUTO|FORCED)$")
    magnitude: CalibratedMagnitude
    zero_point: ZeroPoint
    runner_up: str = Field(default="", description="second best survey/band, if any")
    margin: float | None = Field(
        default=None, description="by how much the runner-up's score is worse [mag]"
    )
    recorded_at: datetime = Field(description="when it was calibrated, UTC")
    warnings: tuple[str, ...] = ()
    request_id: UUID | None = Field(
        default=None, description="what this answers, when it was put back"
    )

    @override
    def routing_key(self) -> str:
        """Return the key, ended by survey and band for a stored point."""
        if not self.stored:
            return self.key
        band = re.sub(r"[^A-Za-z0-9_-]", "_", self.zero_point.band)
        return f"{self.key}.{self.zero_point.survey}.{band}"


class ObservationDeleted(Event):
    """An observation was taken off the light curve by its owner."""

    key: ClassVar[str] = "observation.deleted.v1"

    observation_id: int = Field(ge=1)
    alert_id: int = Field(ge=1)
    revision: int = Field(ge=1)
    request_id: UUID | None = Field(default=None, description="what this answers")


class RequestRefused(Event):
    """A person's request cannot be carried out."""

    key: ClassVar[str] = "request.refused.v1"

    request_id: UUID
    message: str = Field(max_length=100, description="one sentence for the person")
    hint: str = ""
