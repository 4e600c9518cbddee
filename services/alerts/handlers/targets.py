"""What alerts does when a person enters, corrects, retracts or merges targets."""

from collections.abc import Sequence
from functools import partial

from services.alerts.domain.targets import canonical_name, same_position
from services.alerts.handlers.refusal import refused
from services.alerts.store.new_target import NewTarget
from services.alerts.store.observations import ObservationStore
from services.alerts.store.targets import Change, TargetStore
from shared.contracts.alerts import Alert, AlertCreated, AlertRevised
from shared.contracts.base import Event
from shared.contracts.gateway import (
    AlertRequested,
    MergerRequested,
    RetractionRequested,
)
from shared.contracts.values import Observer, Target
from shared.kernel.sentence import MissingError, RefusedError

__all__ = ["on_alert_requested", "on_merger_requested", "on_retraction_requested"]


async def on_alert_requested(
    event: AlertRequested, *, targets: TargetStore
) -> Sequence[Event]:
    """Create the target, correct it for its creator, or say why not."""
    try:
        alert, created = await targets.create(_new(event))
        if created or _repeats(event, alert):
            return [AlertCreated(alert=alert, request_id=event.request_id)]
        revised = await targets.change(alert.id, partial(_correction, event))
    except RefusedError as fault:
        return [refused(event, fault)]
    return [AlertRevised(alert=revised, request_id=event.request_id)]


def _new(event: AlertRequested) -> NewTarget:
    return NewTarget(
        ivorn=canonical_name(event.ivorn),
        ra=event.ra,
        dec=event.dec,
        url=event.url,
        created_by=event.observer,
        classification=event.classification,
        change=f"entered by {event.observer.name}",
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


async def _correction(event: AlertRequested, alert: Alert) -> Change:
    _check_owner(alert, event.observer, administrator=event.administrator)
    fields = {
        "ra": event.ra,
        "dec": event.dec,
        "url": event.url or alert.url,
        "classification": event.classification or alert.classification,
    }
    return Change(f"corrected by {event.observer.name}", fields)


async def on_retraction_requested(
    event: RetractionRequested, *, targets: TargetStore
) -> Sequence[Event]:
    """Mark a target as retracted; it stays, with its observations."""
    try:
        alert = await targets.change(event.alert_id, partial(_retraction, event))
    except RefusedError as fault:
        return [refused(event, fault)]
    return [AlertRevised(alert=alert, request_id=event.request_id)]


async def _retraction(event: RetractionRequested, alert: Alert) -> Change | None:
    _check_owner(alert, event.observer, administrator=event.administrator)
    if alert.status == "retracted":
        return None
    reason = f"retracted by {event.observer.name}: {event.reason}"
    return Change(reason, {"status": "retracted"})


async def on_merger_requested(
    event: MergerRequested,
    *,
    targets: TargetStore,
    observations: ObservationStore,
) -> Sequence[Event]:
    """Give a target's names, events and observations to another one."""
    try:
        ended = await targets.change(event.alert_id, partial(_ending, event, targets))
        kept = await targets.change(event.into, partial(_taking_over, event, ended))
    except RefusedError as fault:
        return [refused(event, fault)]
    into = Target(alert_id=kept.id, ivorn=kept.ivorn, ra=kept.ra, dec=kept.dec)
    moved = await observations.move(ended.id, into)
    return [
        AlertRevised(alert=ended),
        *moved,
        AlertRevised(alert=kept, request_id=event.request_id),
    ]


async def _ending(
    event: MergerRequested, targets: TargetStore, ended: Alert
) -> Change | None:
    kept = await targets.find(event.into)
    if kept is None:
        raise MissingError(f"There is no target {event.into}.")
    _check_merger(ended, kept)
    if ended.merged_into is not None:
        return None
    reason = f"merged into {kept.ivorn} by {event.observer.name}"
    return Change(reason, {"status": "merged", "merged_into": kept.id})


async def _taking_over(
    event: MergerRequested, ended: Alert, kept: Alert
) -> Change | None:
    _check_merger(ended, kept)
    names = {ended.ivorn, *ended.aliases} - {kept.ivorn}
    if names <= set(kept.aliases):
        return None
    fields = {
        "aliases": tuple(sorted({*kept.aliases, *names})),
        "events": tuple(dict.fromkeys((*kept.events, *ended.events))),
    }
    reason = f"took over {ended.ivorn}, by {event.observer.name}"
    return Change(reason, fields)


def _check_merger(ended: Alert, kept: Alert) -> None:
    if ended.id == kept.id:
        raise RefusedError("A target cannot be merged into itself.")
    if kept.merged_into is not None:
        raise RefusedError(f"Target {kept.id} was merged into {kept.merged_into}.")
    if ended.merged_into not in {None, kept.id}:
        raise RefusedError(f"Target {ended.id} was merged into {ended.merged_into}.")
