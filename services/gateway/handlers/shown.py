"""Targets, observations and packets, as they are shown and told."""

from collections.abc import Sequence
from functools import partial
from typing import Any

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
    "on_alert",
    "on_light_curve_homogenised",
    "on_observation_deleted",
    "on_observation_recorded",
    "on_packet_decided",
]


async def on_alert(
    event: AlertCreated | AlertRevised,
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Show the target, and answer whoever entered it."""
    alert = event.alert
    await view.put_alert(alert)
    await _tell(feed, f"target:{alert.id}:{alert.revision}", alert.id, alert)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


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
        await _tell(feed, name, event.frame.target.alert_id, event)
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
    await _tell(feed, name, event.alert_id, event)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_packet_decided(
    event: PacketDecided,
    *,
    packets: PacketStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Show what became of a packet of an alert stream."""
    await packets.put(event)
    name = f"packet:{event.number}:{event.revision}"
    told = event.model_copy(update={"content": ""})
    await _tell(feed, name, event.alert_id or 0, told)
    if event.request_id is not None:
        await jobs.finish(event.request_id, told)
    return []


async def on_light_curve_homogenised(
    event: LightCurveHomogenised, *, networks: NetworkCurves, feed: FeedStore
) -> Sequence[Event]:
    """Show the light curve of all telescopes in one solution."""
    if await networks.put(event):
        name = f"network:{event.alert_id}:{event.band}:{event.version}"
        content = {"band": event.band, "version": event.version}
        await feed.tell(Happening(name, "network", event.alert_id, content))
    return []


async def _tell(feed: FeedStore, number: str, alert_id: int, event: Any) -> None:
    kind = number.partition(":")[0]
    content = event.model_dump(mode="json")
    await feed.tell(Happening(number, kind, alert_id, content))
