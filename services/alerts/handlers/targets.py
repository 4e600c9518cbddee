"""What alerts does when a person enters, corrects, retracts or merges targets."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.alerts.domain.targets import canonical_name, same_position
from services.alerts.handlers.refusal import refused
from services.alerts.store.observations import ObservationStore
from services.alerts.store.targets import TargetStore
from shared.contracts.alerts import Alert, AlertCreated, AlertRevised
from shared.contracts.base import Event
from shared.contracts.gateway import (
    AlertRequested,
    MergerRequested,
    RetractionRequested,
)
from shared.contracts.values import Observer, Target
from shared.kernel.sentence import RefusedError

__all__ = ["on_alert_requested", "on_merger_requested", "on_retraction_requested"]


async def on_alert_requested(
    event: AlertRequested, *, targets: TargetStore
) -> Sequence[Event]:
    """Create the target, correct it for its creator, or say why not."""
    try:
        name = canonical_name(event.ivorn)
        while True:
            alert, created = await targets.create(_alert(event, name))
            if created or _repeats(event, alert):
                return [AlertCreated(alert=alert, request_id=event.request_id)]
            _check_owner(alert, event.observer, administrator=event.administrator)
            revised = await targets.revise(
                alert,
                f"corrected by {event.observer.name}",
                **_correction(event, alert),
            )
            if revised is not None:
                return [AlertRevised(alert=revised, request_id=event.request_id)]
    except RefusedError as fault:
        return [refused(event, fault)]


def _alert(event: AlertRequested, name: str) -> Alert:
    now = datetime.now(UTC)
    return Alert(
        id=1,
        ivorn=name,
        ra=event.ra,
        dec=event.dec,
        published=now,
        url=event.url,
        created_by=event.observer,
        classification=event.classification,
        revision=1,
        change=f"entered by {event.observer.name}",
        changed_at=now,
    )


def _repeats(event: AlertRequested, alert: Alert) -> bool:
    return (
        event.url == alert.url
        and event.classification in {"", alert.classification}
        and same_position(event.ra, event.dec, alert.ra, alert.dec)
    )


def _check_owner(alert: Alert, observer: Observer, *, administrator: bool) -> None:
    own = alert.created_by is not None and alert.created_by.id == observer.id
    if not own and not administrator:
        raise RefusedError(
            f"{alert.ivorn[:40]} exists already, at {alert.ra:.5f} {alert.dec:+.5f}.",
            "Only the observer who entered a target may correct it",
        )


def _correction(event: AlertRequested, alert: Alert) -> dict[str, Any]:
    return {
        "ra": event.ra,
        "dec": event.dec,
        "url": event.url or alert.url,
        "classification": event.classification or alert.classification,
    }


async def on_retraction_requested(
    event: RetractionRequested, *, targets: TargetStore
) -> Sequence[Event]:
    """Mark a target as retracted; it stays, with its observations."""
    try:
        while True:
            alert = await _found(targets, event.alert_id)
            _check_owner(alert, event.observer, administrator=event.administrator)
            if alert.status == "retracted":
                return [AlertRevised(alert=alert, request_id=event.request_id)]
            change = f"retracted by {event.observer.name}: {event.reason}"
            revised = await targets.revise(alert, change, status="retracted")
            if revised is not None:
                return [AlertRevised(alert=revised, request_id=event.request_id)]
    except RefusedError as fault:
        return [refused(event, fault)]


async def on_merger_requested(
    event: MergerRequested,
    *,
    targets: TargetStore,
    observations: ObservationStore,
) -> Sequence[Event]:
    """Give a target's names, events and observations to another one."""
    try:
        ended, kept = await _merged(event, targets)
    except RefusedError as fault:
        return [refused(event, fault)]
    into = Target(alert_id=kept.id, ivorn=kept.ivorn, ra=kept.ra, dec=kept.dec)
    moved = await observations.move(ended.id, into)
    return [
        AlertRevised(alert=ended),
        *moved,
        AlertRevised(alert=kept, request_id=event.request_id),
    ]


async def _merged(event: MergerRequested, targets: TargetStore) -> tuple[Alert, Alert]:
    """Return the target that ended, and the one that took over."""
    while True:
        ended = await _found(targets, event.alert_id)
        kept = await _found(targets, event.into)
        _check_merger(ended, kept)
        change = f"merged into {kept.ivorn} by {event.observer.name}"
        if ended.merged_into is None:
            after = await targets.revise(
                ended, change, status="merged", merged_into=kept.id
            )
            if after is None:
                continue
            ended = after
        names = {ended.ivorn, *ended.aliases} - {kept.ivorn}
        if names <= set(kept.aliases):
            return ended, kept
        revised = await targets.revise(
            kept,
            f"took over {ended.ivorn}, by {event.observer.name}",
            aliases=tuple(sorted({*kept.aliases, *names})),
            events=tuple(dict.fromkeys((*kept.events, *ended.events))),
        )
        if revised is not None:
            return ended, revised


def _check_merger(ended: Alert, kept: Alert) -> None:
    if ended.id == kept.id:
        raise RefusedError("A target cannot be merged into itself.")
    if kept.merged_into is not None:
        raise RefusedError(f"Target {kept.id} was merged into {kept.merged_into}.")
    if ended.merged_into not in {None, kept.id}:
        raise RefusedError(f"Target {ended.id} was merged into {ended.merged_into}.")


async def _found(targets: TargetStore, number: int) -> Alert:
    alert = await targets.find(number)
    if alert is None:
        raise RefusedError(f"There is no target {number}.")
    return alert
