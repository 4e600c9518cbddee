"""What alerts does when a point is calibrated, deleted or put back."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from services.alerts.handlers.refusal import refused
from services.alerts.store.observations import ObservationStore, State
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import (
    ObservationDeleted,
    ObservationRecorded,
    ObservationTried,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import DeletionRequested, RestorationRequested
from shared.contracts.values import Frame, Target
from shared.kernel.sentence import MissingError, RefusedError

__all__ = [
    "on_calibration_solved",
    "on_deletion_requested",
    "on_restoration_requested",
]


async def on_calibration_solved(
    event: CalibrationSolved,
    *,
    observations: ObservationStore,
    targets: TargetStore,
) -> Sequence[Event]:
    """Put the calibrated point on the light curve; a dry run only tells it."""
    second, dry = event.ranking[1:2], event.frame.dry_run
    frame, kept = await asyncio.gather(
        _present(event.frame, targets), observations.of_frame(event.frame.frame_id)
    )
    point = (ObservationTried if dry else ObservationRecorded)(
        stored=not dry,
        observation_id=None,
        revision=1,
        frame=frame,
        mode=event.mode,
        magnitude=event.magnitude,
        zero_point=event.best,
        runner_up=f"{second[0].survey}/{second[0].band}" if second else "",
        margin=second[0].score - event.best.score if second else None,
        recorded_at=datetime.now(UTC),
        warnings=event.warnings,
    )
    if dry:
        return [point]
    recorded = await observations.record(point, kept)
    return [_was_deleted(event) if recorded is None else recorded]


async def _present(frame: Frame, targets: TargetStore) -> Frame:
    """Return a frame of the target that took over from its own, if one did."""
    alert = await targets.find(frame.target.alert_id)
    while alert is not None and alert.merged_into is not None:
        alert = await targets.find(alert.merged_into)
    if alert is None or alert.id == frame.target.alert_id:
        return frame
    target = Target(alert_id=alert.id, ivorn=alert.ivorn, ra=alert.ra, dec=alert.dec)
    return frame.model_copy(update={"target": target})


def _was_deleted(event: CalibrationSolved) -> RequestRefused:
    return RequestRefused(
        request_id=event.frame.upload_id,
        message="The observation was deleted: it is not calibrated anew.",
    )


async def on_deletion_requested(
    event: DeletionRequested, *, observations: ObservationStore
) -> Sequence[Event]:
    """Take an observation off the light curve, if it is the observer's own."""
    try:
        await _check_own(event, observations)
    except RefusedError as fault:
        return [refused(event, fault)]
    now = await observations.delete(
        event.observation_id, event.observer, event.request_id, event.asked
    )
    return [_told(event, now, as_wished=isinstance(now, ObservationDeleted))]


async def on_restoration_requested(
    event: RestorationRequested, *, observations: ObservationStore
) -> Sequence[Event]:
    """Put a deleted observation back, if it is the observer's own."""
    try:
        await _check_own(event, observations)
    except RefusedError as fault:
        return [refused(event, fault)]
    now = await observations.restore(
        event.observation_id, event.request_id, event.asked
    )
    return [_told(event, now, as_wished=isinstance(now, ObservationRecorded))]


def _told(
    event: DeletionRequested | RestorationRequested, now: State, *, as_wished: bool
) -> Event:
    """Return the observation as it is, or that a newer wish stands.

    A request that comes again, or late, must not tell what no longer is.
    """
    if as_wished:
        return now.model_copy(update={"request_id": event.request_id})
    sentence = "Something newer was asked of this observation: it stays as it is."
    return RequestRefused(request_id=event.request_id, message=sentence)


async def _check_own(
    event: DeletionRequested | RestorationRequested, observations: ObservationStore
) -> None:
    number = event.observation_id
    found = await observations.find(number)
    if found is None:
        raise MissingError(f"There is no observation {number}.")
    if found.frame.observer.id != event.observer.id:
        raise RefusedError(f"Observation {number} belongs to another observer.")
