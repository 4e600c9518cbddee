"""Wires alerts: the only place where its parts meet."""

from functools import partial
from pathlib import Path

from services.alerts.handlers.observations import (
    on_calibration_solved,
    on_deletion_requested,
    on_restoration_requested,
)
from services.alerts.handlers.packets import PacketHandlers
from services.alerts.handlers.targets import (
    on_alert_requested,
    on_merger_requested,
    on_retraction_requested,
)
from services.alerts.reading import reader
from services.alerts.reading.avro import contained
from services.alerts.rulebook import read_rules
from services.alerts.settings import Settings
from services.alerts.store.archive import Archive
from services.alerts.store.inbox import InboxStore
from services.alerts.store.observations import ObservationStore
from services.alerts.store.targets import TargetStore
from services.alerts.streams.arrivals import Arrivals
from services.alerts.streams.authoring import of_deletion, of_observation, of_target
from services.alerts.streams.broadcast import Broadcast
from services.alerts.streams.framing import Clocks
from services.alerts.streams.kafka import Unpack, followed_topics, oidc
from services.alerts.streams.metrics import StreamMetrics
from services.alerts.streams.spool import spooled
from services.alerts.streams.vtp import Backoff, Subscription, subscribed
from shared.blobs import BlobStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    PacketReceived,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import (
    AlertRequested,
    DeletionRequested,
    MergerRequested,
    PacketSubmitted,
    PromotionRequested,
    RestorationRequested,
    RetractionRequested,
)
from shared.messaging.service import Alongside, Handler, Service
from shared.mongo import answers, connect, is_away
from shared.together import Together

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the alerts service."""
    database = connect(settings, "alerts")
    targets, observations = TargetStore(database), ObservationStore(database)
    inbox, metrics = InboxStore(database), StreamMetrics(settings.quiet_after)
    packets = PacketHandlers(
        inbox=inbox,
        targets=targets,
        archive=Archive(inbox, targets),
        blobs=BlobStore(connect(settings, "blobs")),
        rules=read_rules(settings.rules),
        counted=metrics.count,
        read=reader(settings.mappings),
    )
    alongside = _streams(settings, Arrivals(inbox))
    broadcast: Broadcast | None = None
    if settings.vtp_serve:
        author = partial(_authored, targets, settings.ivorn)
        broadcast = Broadcast(settings.vtp_serve, settings.ivorn, author)
        alongside.append(broadcast.running)
    return Service(
        name="alerts",
        hears=_hears(targets, observations, packets),
        prepare=(targets.prepare, observations.prepare, inbox.prepare),
        alongside=alongside,
        ready=partial(answers, database),
        away=is_away,
        overhears=broadcast.tell if broadcast else None,
        warnings=metrics.warnings,
    )


def _hears(
    targets: TargetStore, observations: ObservationStore, packets: PacketHandlers
) -> dict[type[Event], Handler]:
    merged = partial(on_merger_requested, targets=targets, observations=observations)
    solved = partial(on_calibration_solved, targets=targets, observations=observations)
    return {
        AlertRequested: partial(on_alert_requested, targets=targets),
        RetractionRequested: partial(on_retraction_requested, targets=targets),
        MergerRequested: merged,
        DeletionRequested: partial(on_deletion_requested, observations=observations),
        RestorationRequested: partial(
            on_restoration_requested, observations=observations
        ),
        CalibrationSolved: solved,
        PacketSubmitted: packets.on_packet_submitted,
        PacketReceived: Together(
            packets.newcomers, is_away, alone=packets.on_packet_received
        ),
        PromotionRequested: packets.on_promotion_requested,
    }


def _streams(settings: Settings, arrivals: Arrivals) -> list[Alongside]:
    """Return what is followed; all of it comes through one door."""
    alongside: list[Alongside] = [arrivals.told]
    deliver, largest = arrivals.deliver, settings.largest_packet
    if settings.vtp_upstreams:
        brokers = [
            Subscription(
                upstream,
                settings.ivorn,
                deliver,
                settings.vtp_filters,
                largest,
                Clocks(settings.vtp_idle, settings.vtp_packet),
                Backoff(settings.vtp_first_wait, settings.vtp_longest_wait),
            )
            for upstream in settings.vtp_upstreams
        ]
        alongside.append(lambda _: subscribed(brokers))
    if settings.spool is not None:
        folder = settings.spool
        alongside.append(lambda _: spooled(folder, deliver, largest))
    if settings.kafka_brokers:
        topics = settings.kafka_topics
        kafka, whole = _kafka(settings), _unpacked(settings.avro_schemas)
        alongside.append(
            lambda _: followed_topics(kafka, topics, deliver, largest, whole)
        )
    return alongside


def _unpacked(schemas: Path | None) -> Unpack:
    return bytes if schemas is None else partial(contained, schemas=schemas)


def _kafka(settings: Settings) -> dict[str, object]:
    where = {
        "bootstrap.servers": settings.kafka_brokers,
        "group.id": settings.kafka_group,
    }
    if not settings.kafka_client:
        return dict(where)
    secret = settings.kafka_secret.get_secret_value()
    return where | oidc(settings.kafka_client, secret, settings.kafka_token_url)


async def _authored(targets: TargetStore, ours: str, event: Event) -> bytes | None:
    """Return our VOEvent of a target or a point that is new, revised or gone."""
    match event:
        case AlertCreated(alert=alert) | AlertRevised(alert=alert):
            return of_target(alert, ours)
        case ObservationRecorded(stored=True):
            found = await targets.find(event.frame.target.alert_id)
            return None if found is None else of_observation(event, found, ours)
        case ObservationDeleted():
            return of_deletion(event, ours)
        case _:
            return None
