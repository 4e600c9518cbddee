"""Who hears what: the one table that the broker's queues are made from."""

from collections.abc import Iterator, Mapping

from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    ObservationTried,
    PacketDecided,
    PacketReceived,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibrationFailed,
    CalibrationSolved,
    ColourTermLearned,
    ColourTermsForgotten,
    LightCurveHomogenised,
    NetworkChanged,
)
from shared.contracts.catalog import (
    ConeServed,
    FieldMatched,
    FieldUnmatched,
    PlaceCharted,
    PlaceSurveyed,
    SurveysMatched,
)
from shared.contracts.gateway import (
    AlertRequested,
    ColourResetRequested,
    ConeRequested,
    DeletionRequested,
    FieldRequested,
    ImageSubmitted,
    MergerRequested,
    PacketSubmitted,
    PromotionRequested,
    RestorationRequested,
    RetractionRequested,
    UploadSubmitted,
)
from shared.contracts.imager import ImageMeasured, ImageRejected
from shared.contracts.ingest import FieldLocated, UploadParsed, UploadRejected

__all__ = [
    "BROADCAST",
    "BROADCAST_STREAM",
    "DEAD_LETTERS",
    "EXCHANGE",
    "HEARD_BY",
    "ONE_AT_A_TIME",
    "PUBLIC_STREAM",
    "PUBLIC_STREAM_BINDINGS",
    "SERVICES",
    "binding_key",
    "queue_name",
    "queues",
    "speaker",
]

EXCHANGE = "cpcs"
DEAD_LETTERS = "cpcs.dead.told"
"""Where copies of all dead letters go, so that whoever waits is told."""
PUBLIC_STREAM = "cpcs.observations"
PUBLIC_STREAM_BINDINGS = (f"{ObservationRecorded.key}.*.*", ObservationDeleted.key)
"""What the public stream keeps: points as they are recorded, revised, put back, and
their deletions. Of each number the highest revision counts."""
BROADCAST_STREAM = "cpcs.broadcast"
BROADCAST: tuple[type[Event], ...] = (
    AlertCreated,
    AlertRevised,
    ObservationRecorded,
    ObservationDeleted,
)
"""What every process that tells others hears, whichever process said it: the stream
keeps it for as long as one that lost its connection needs to come back."""

HEARD_BY: Mapping[type[Event], tuple[str, ...]] = {
    UploadSubmitted: ("ingest",),
    FieldRequested: ("ingest",),
    AlertRequested: ("alerts",),
    DeletionRequested: ("alerts",),
    RestorationRequested: ("alerts",),
    RetractionRequested: ("alerts",),
    MergerRequested: ("alerts",),
    PromotionRequested: ("alerts",),
    PacketSubmitted: ("alerts",),
    ConeRequested: ("catalog",),
    ColourResetRequested: ("calibrator",),
    UploadParsed: ("catalog", "gateway"),
    ImageSubmitted: ("catalog",),
    PlaceCharted: ("imager", "gateway"),
    ImageMeasured: ("catalog", "gateway"),
    ImageRejected: ("gateway",),
    UploadRejected: ("gateway",),
    FieldLocated: ("gateway",),
    FieldMatched: ("calibrator",),
    SurveysMatched: ("gateway",),
    PlaceSurveyed: ("gateway",),
    FieldUnmatched: ("gateway",),
    ConeServed: ("gateway",),
    CalibrationSolved: ("alerts", "gateway"),
    CalibrationFailed: ("gateway",),
    ColourTermLearned: ("gateway",),
    ColourTermsForgotten: ("gateway",),
    AlertCreated: ("gateway", "catalog"),
    AlertRevised: ("gateway",),
    NetworkChanged: ("calibrator",),
    LightCurveHomogenised: ("gateway",),
    ObservationRecorded: ("gateway", "calibrator"),
    ObservationTried: ("gateway",),
    ObservationDeleted: ("gateway", "calibrator"),
    PacketReceived: ("alerts",),
    PacketDecided: ("gateway",),
    RequestRefused: ("gateway",),
}

SERVICES = ("gateway", "ingest", "catalog", "imager", "calibrator", "alerts")
"""Every service, in the order in which an upload passes through them."""

ONE_AT_A_TIME: frozenset[type[Event]] = frozenset({PacketReceived, NetworkChanged})
"""Handled by one process alone, however many there are: the order matters."""


def speaker(event: type[Event]) -> str:
    """Return the service that says an event: the contract module it lives in."""
    return event.__module__.rpartition(".")[2]


def queue_name(service: str, event: type[Event]) -> str:
    """Return the name of the queue in which an event waits for a service."""
    return f"{service}.{event.key}"


def binding_key(event: type[Event]) -> str:
    """Return the topic pattern that matches every routing key of an event."""
    return f"{event.key}.#"


def queues() -> Iterator[tuple[str, type[Event]]]:
    """Yield the name of every service queue, with the event it holds."""
    for event, hearers in HEARD_BY.items():
        for service in hearers:
            yield queue_name(service, event), event
