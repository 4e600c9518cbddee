"""What alerts does with the events it hears."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from services.alerts.domain.targets import (
    RefusedError,
    canonical_name,
    same_position,
)
from shared.contracts.alerts import (
    Alert,
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import (
    AlertRequested,
    DeletionRequested,
    RestorationRequested,
)

if TYPE_CHECKING:
    from services.alerts.store import AlertStore

__all__ = [
    "on_alert_requested",
    "on_calibration_solved",
    "on_deletion_requested",
    "on_restoration_requested",
]


async def on_alert_requested(
    event: AlertRequested, *, store: "AlertStore"
) -> Sequence[Event]:
    """Create the target, correct it for its creator, or say why not."""
    try:
        name = canonical_name(event.ivorn)
        while True:
            alert, created = await store.create_alert(_alert(event, name))
            if created or _repeats(event, alert):
                return [AlertCreated(alert=alert, request_id=event.request_id)]
            revised = _revised(event, alert)
            if await store.revise_alert(revised):
                return [AlertRevised(alert=revised, request_id=event.request_id)]
    except RefusedError as fault:
        return [_refused(event, fault)]


def _alert(event: AlertRequested, name: str) -> Alert:
    return Alert(
        id=1,
        ivorn=name,
        ra=event.ra,
        dec=event.dec,
        published=datetime.now(UTC),
        url=event.url,
        created_by=event.observer,
        revision=1,
    )


def _repeats(event: AlertRequested, alert: Alert) -> bool:
    return event.url == alert.url and same_position(
        event.ra, event.dec, alert.ra, alert.dec
    )


def _revised(event: AlertRequested, alert: Alert) -> Alert:
    if alert.created_by is None or alert.created_by.id != event.observer.id:
        raise RefusedError(
            f"{alert.ivorn[:40]} exists already, at {alert.ra:.5f} {alert.dec:+.5f}.",
            "Only the observer who entered a target may correct it",
        )
    return alert.model_copy(
        update={
            "ra": event.ra,
            "dec": event.dec,
            "url": event.url,
            "revision": alert.revision + 1,
        }
    )


def _refused(
    event: AlertRequested | DeletionRequested | RestorationRequested,
    fault: RefusedError,
) -> RequestRefused:
    return RequestRefused(
        request_id=event.request_id, message=str(fault), hint=fault.hint
    )


async def on_calibration_solved(
    event: CalibrationSolved, *, store: "AlertStore"
) -> Sequence[Event]:
    """Put the calibrated point on the light curve; a dry run only tells it."""
    second = event.ranking[1:2]
    point = ObservationRecorded(
        stored=not event.frame.dry_run,
        observation_id=None,
        revision=1,
        frame=event.frame,
        mode=event.mode,
        magnitude=event.magnitude,
        zero_point=event.best,
        runner_up=f"{second[0].survey}/{second[0].band}" if second else "",
        margin=second[0].score - event.best.score if second else None,
        recorded_at=datetime.now(UTC),
        warnings=event.warnings,
    )
    if event.frame.dry_run:
        return [point]
    kept = await store.record(point)
    return [_was_deleted(event) if kept is None else kept]


def _was_deleted(event: CalibrationSolved) -> RequestRefused:
    return RequestRefused(
        request_id=event.frame.upload_id,
        message="The observation was deleted: it is not calibrated anew.",
    )


async def on_deletion_requested(
    event: DeletionRequested, *, store: "AlertStore"
) -> Sequence[Event]:
    """Take an observation off the light curve, if it is the observer's own."""
    try:
        return [await _deleted(event, store)]
    except RefusedError as fault:
        return [_refused(event, fault)]


async def on_restoration_requested(
    event: RestorationRequested, *, store: "AlertStore"
) -> Sequence[Event]:
    """Put a deleted observation back, if it is the observer's own."""
    try:
        found = await _own(event, store)
    except RefusedError as fault:
        return [_refused(event, fault)]
    back = await store.restore(event.observation_id, event.request_id) or found
    return [back.model_copy(update={"request_id": event.request_id})]


async def _own(
    event: DeletionRequested | RestorationRequested, store: "AlertStore"
) -> ObservationRecorded:
    number = event.observation_id
    found = await store.observation(number)
    if found is None:
        raise RefusedError(f"There is no observation {number}.")
    if found.frame.observer.id != event.observer.id:
        raise RefusedError(f"Observation {number} belongs to another observer.")
    return found


async def _deleted(event: DeletionRequested, store: "AlertStore") -> ObservationDeleted:
    number = event.observation_id
    found = await _own(event, store)
    revision = await store.delete(number, event.observer, event.request_id)
    return ObservationDeleted(
        observation_id=number,
        alert_id=found.frame.target.alert_id,
        revision=revision,
        request_id=event.request_id,
    )
