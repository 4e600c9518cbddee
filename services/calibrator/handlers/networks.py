"""One light curve from many telescopes: what changes it, and how it is told."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from services.calibrator.network_report import digest_of, no_curve, told_curve
from services.calibrator.networks import Networks, state_of
from services.calibrator.store.measured import MeasuredStore
from services.calibrator.store.networks import NetworkStore, Told
from services.calibrator.store.points import PointStore
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.contracts.base import Event
from shared.contracts.calibrator import NetworkChanged

__all__ = [
    "left_of",
    "on_network_changed",
    "on_observation_deleted",
    "on_observation_recorded",
]


async def on_observation_recorded(
    event: ObservationRecorded,
    *,
    points: PointStore,
    measured: MeasuredStore,
    pause: float = 0.0,
) -> Sequence[Event]:
    """Keep a point, and say whose networks it changes.

    Within a ``pause`` [s] of it the observer is answered, who waits for the same store.
    """
    if not event.stored or event.observation_id is None:
        return []
    await asyncio.sleep(left_of(pause, event.recorded_at))
    changed = await points.record(event)
    if changed and event.revision > 1:
        await measured.outdate(event.frame.frame_id, event.frame.upload_id)
    return _changed(changed, event.observation_id, event.revision)


async def on_observation_deleted(
    event: ObservationDeleted, *, points: PointStore
) -> Sequence[Event]:
    """Take a point away, and say whose networks that changes."""
    changed = await points.delete(event)
    return _changed(changed, event.observation_id, event.revision)


def _changed(targets: Sequence[int], number: int, revision: int) -> list[Event]:
    return [
        NetworkChanged(
            alert_id=target,
            observation_id=number,
            revision=revision,
            changed_at=datetime.now(UTC),
        )
        for target in targets
    ]


async def on_network_changed(
    event: NetworkChanged,
    *,
    points: PointStore,
    versions: NetworkStore,
    networks: Networks,
    pause: float = 0.0,
) -> Sequence[Event]:
    """Solve a target's networks anew, and tell its light curves.

    Many changes at once are answered by one solution: that of the first, which has
    them all, those within a ``pause`` [s] of it too: meanwhile the observer is
    answered. A change that was answered is answered again when it comes again, in case
    what was said is lost.
    """
    await asyncio.sleep(left_of(pause, event.changed_at))
    async with networks.turn:
        if networks.has(event.alert_id, _cause(event)):
            return []
        while True:
            said = await _told(event, points, versions, networks)
            if said is not None:
                return said


def left_of(pause: float, since: datetime | None) -> float:
    """Return how much [s] is left of a pause since a time, UTC."""
    if since is None:
        return 0.0
    gone = (datetime.now(UTC) - since).total_seconds()
    return min(max(pause - gone, 0.0), pause)


async def _told(
    event: NetworkChanged,
    points: PointStore,
    versions: NetworkStore,
    networks: Networks,
) -> list[Event] | None:
    """Return what to say; ``None`` where another process told of it meanwhile."""
    target, cause = event.alert_id, _cause(event)
    last = await versions.told(target) or Told()
    own = await points.of_target(target)
    state = state_of(own)
    if last.state == state and cause not in last.answers:
        return []
    curves = await networks.solved(target, own)
    version = last.version + (last.state != state)
    events = {band: no_curve(target, band, version) for band in last.bands}
    events |= {curve.band: told_curve(target, curve, version) for curve in curves}
    if last.state == state:
        return [events[band] for band in last.answers[cause]]
    bands = {band: digest_of(told) for band, told in events.items()}
    perhaps_lost = last.answers.get(cause, ())
    changed = [
        band
        for band in sorted(bands)
        if bands[band] != last.bands.get(band) or band in perhaps_lost
    ]
    answers = {**last.answers, cause: changed}
    if not await versions.tell(target, Told(version, state, bands, answers)):
        return None
    networks.note(target, own, answers)
    return [events[band] for band in changed]


def _cause(event: NetworkChanged) -> str:
    return f"{event.observation_id}:{event.revision}"
