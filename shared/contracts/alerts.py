"""What alerts says: targets and their observations, the public product."""

import re
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import override

from shared.contracts.base import Contract, Event
from shared.contracts.calibration import CalibratedMagnitude, ZeroPoint
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
    "DecisionKind",
    "ObservationDeleted",
    "ObservationRecorded",
    "ObservationTried",
    "PacketDecided",
    "PacketReceived",
    "Provenance",
    "RequestRefused",
]


_SHA256 = r"^[0-9a-f]{64}$"

DecisionKind = Literal[
    "target", "candidate", "alias", "update", "retraction", "stored", "quarantined"
]
"""What became of a packet: only the first makes a new target."""


class Provenance(Contract):
    """Where a target that no person entered comes from."""

    packet: str = Field(description="SHA-256 of the packet")
    stream: str
    rules: str = Field(description="version of the rules that decided")


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
    position_err: float | None = Field(
        default=None, ge=0, description="[arcsec]; absent where not known"
    )
    aliases: tuple[str, ...] = Field(default=(), description="its other names")
    events: tuple[str, ...] = Field(
        default=(), description="IVORNs of the packets about it"
    )
    classification: str = ""
    status: Literal["active", "retracted", "merged"] = "active"
    merged_into: int | None = Field(
        default=None, description="number of the target that took its observations"
    )
    provenance: Provenance | None = None
    change: str = Field(default="", description="what this revision changed, and who")
    changed_at: datetime | None = Field(default=None, description="UTC")


class AlertCreated(Event):
    """A target exists. Said again when somebody asks for it to be announced."""

    key: ClassVar[str] = "alert.created.v1"

    alert: Alert
    request_id: UUID | None = Field(default=None, description="what this answers")


class AlertRevised(Event):
    """A target was corrected, got a name or an event, was retracted or merged."""

    key: ClassVar[str] = "alert.revised.v1"

    alert: Alert
    request_id: UUID | None = Field(default=None, description="what this answers")


class ObservationRecorded(Event):
    """A calibrated point of a light curve: the public product.

    The same observation is said again, with a higher revision, when its frame is
    calibrated anew, or put back; the newest revision counts.
    """

    key: ClassVar[str] = "observation.recorded.v1"

    stored: bool = Field(description="false for a dry run, told as ObservationTried")
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


class ObservationTried(ObservationRecorded):
    """A dry run's point: calibrated as any, stored nowhere, no part of the product."""

    key: ClassVar[str] = "observation.tried.v1"


class ObservationDeleted(Event):
    """An observation was taken off the light curve by its owner."""

    key: ClassVar[str] = "observation.deleted.v1"

    observation_id: int = Field(ge=1)
    alert_id: int = Field(ge=1)
    revision: int = Field(ge=1)
    request_id: UUID | None = Field(default=None, description="what this answers")


class PacketReceived(Event):
    """A packet of an alert stream is in the inbox, and waits for a decision."""

    key: ClassVar[str] = "packet.received.v1"

    packet: str = Field(pattern=_SHA256, description="SHA-256 of its bytes")
    request_id: UUID | None = Field(
        default=None, description="what the decision answers"
    )


class PacketDecided(Event):
    """What became of a packet of an alert stream, and why."""

    key: ClassVar[str] = "packet.decided.v1"

    packet: str = Field(pattern=_SHA256, description="SHA-256 of its bytes")
    number: int = Field(ge=1, description="running number")
    revision: int = Field(ge=1, description="grows with every decision")
    ivorn: str = Field(default="", description="empty where it has none")
    source: str = Field(description="who delivered it")
    received: datetime = Field(description="UTC")
    stream: str = ""
    role: str = ""
    kind: DecisionKind
    reason: str = Field(description="one sentence")
    rules: str = Field(description="version of the rules")
    alert_id: int | None = None
    ra: RightAscension | None = None
    dec: Declination | None = None
    position_err: float | None = Field(default=None, description="[arcsec]")
    content: str = Field(
        description="the packet as it came, base64",
        json_schema_extra={"contentEncoding": "base64"},
    )
    request_id: UUID | None = Field(default=None, description="what this answers")


class RequestRefused(Event):
    """A person's request cannot be carried out."""

    key: ClassVar[str] = "request.refused.v1"

    request_id: UUID
    message: str = Field(max_length=100, description="one sentence for the person")
    hint: str = ""
    missing: bool = Field(default=False, description="what it is about is not there")
