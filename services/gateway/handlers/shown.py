"""Targets, observations and packets, as they are shown and told."""

from collections.abc import Sequence
from functools import partial

from pydantic import BaseModel

from services.gateway.domain.happening import Happening
from services.gateway.store.feed import FeedStore
from services.gateway.store.jobs import JobStore
from services.gateway.store.networks import NetworkCurves
from services.gateway.store.packets import PacketStore
from services.gateway.store.view import ViewStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    PacketDecided,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import LightCurveHomogenised

__all__ = [
    "on_alerts",
    "on_light_curve_homogenised",
    "on_observation_deleted",
    "on_observation_recorded",
    "on_packets_decided",
]


async def on_alerts(
    lot: Sequence[AlertCreated | AlertRevised],
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Sequence[Event]]:
    """Show targets, and answer whoever entered them."""
    alerts = [event.alert for event in lot]
    await view.put_alerts(alerts)
    await feed.tell_many(
        [_told(f"target:{one.id}:{one.revision}", one.id, one) for one in alerts]
    )
    for event in lot:
        if event.request_id is not None:
            await jobs.finish(event.request_id, event)
    return [[] for _ in lot]


async def on_observation_recorded(
    event: ObservationRecorded,
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Show the point, and answer the observer; a dry run is only answered."""
    upload, number = event.frame.upload_id, event.observation_id
    if event.stored and number is not None:
        name = f"observation:{number}:{event.revision}"
        stored = f"observation {number}"
        finish = partial(jobs.finish, upload, event, stored=stored)
        await view.put_observation(event, finish)
        await feed.tell(_told(name, event.frame.target.alert_id, event))
    else:
        await jobs.finish(upload, event)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_observation_deleted(
    event: ObservationDeleted,
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Hide the point, and answer whoever deleted it."""
    await view.drop_observation(event)
    name = f"deletion:{event.observation_id}:{event.revision}"
    await feed.tell(_told(name, event.alert_id, event))
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_packets_decided(
    lot: Sequence[PacketDecided],
    *,
    packets: PacketStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Sequence[Event]]:
    """Show what became of packets of alert streams."""
    await packets.put_many(lot)
    told = [event.model_copy(update={"content": ""}) for event in lot]
    await feed.tell_many(
        [
            _told(f"packet:{one.number}:{one.revision}", one.alert_id or 0, one)
            for one in told
        ]
    )
    for event in told:
        if event.request_id is not None:
            await jobs.finish(event.request_id, event)
    return [[] for _ in lot]


async def on_light_curve_homogenised(
    event: LightCurveHomogenised, *, networks: NetworkCurves, feed: FeedStore
) -> Sequence[Event]:
    """Show the light curve of all telescopes in one solution."""
    if await networks.put(event):
        name = f"network:{event.alert_id}:{event.band}:{event.version}"
        content = {"band": event.band, "version": event.version}
        await feed.tell(Happening(name, "network", event.alert_id, content))
    return []


def _told(name: str, alert_id: int, event: BaseModel) -> Happening:
    kind = name.partition(":")[0]
    return Happening(name, kind, alert_id, event.model_dump(mode="json"))
