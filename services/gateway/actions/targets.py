"""Targets: found by name or number, entered, corrected, retracted and merged."""

import re
from collections.abc import Sequence
from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.domain.fields import Fields, required
from services.gateway.domain.forms import new_event_form
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.alerts import Alert
from shared.contracts.gateway import (
    AlertRequested,
    MergerRequested,
    RetractionRequested,
)

__all__ = [
    "candidates",
    "correct_target",
    "enter_target",
    "known_target",
    "merge_targets",
    "retract_target",
]

_NUMBER = re.compile(r"[0-9]{1,12}")
_SHOWN = 50
_SEARCH = "Search for it in the list of alerts"


async def known_target(
    desk: Desk, name: str | int, to_do: str = "", hint: str = _SEARCH
) -> Alert:
    """Return a target by its number, or by its name as people write it.

    Raises
    ------
    RefusalError
        There is none, where ``to_do`` says what to do, or several are meant.
    """
    view = desk.stores.view
    if isinstance(name, int):
        alert = await view.alert(name)
        found = [] if alert is None else [alert]
    else:
        found = await view.called(name)
    if not found:
        told = f"There is no target {str(name)[:_SHOWN]}"
        raise RefusalError(404, f"{told}: {to_do}." if to_do else f"{told}.", hint)
    if len(found) > 1:
        raise RefusalError(
            409, f"{str(name)[:_SHOWN]} may be {len(found)} targets.", candidates(found)
        )
    return found[0]


def candidates(found: Sequence[Alert]) -> str:
    """Return the names that somebody may have meant, as a hint."""
    return f"Name one: {', '.join(alert.ivorn for alert in found)}"


async def enter_target(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[str, Job]:
    """Enter a new target, or correct one's own; return its name and the job."""
    event = _requested(observer, fields)
    return event.ivorn, await ask(desk, event.request_id, observer.id, event)


def _requested(observer: KnownObserver, fields: Fields) -> AlertRequested:
    order = new_event_form(fields)
    return AlertRequested(
        request_id=uuid4(),
        ivorn=order.ivorn,
        ra=order.ra,
        dec=order.dec,
        url=order.url,
        observer=observer.as_told(),
    )


async def correct_target(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Alert, Job]:
    """Correct a target of one's own: place, link, classification."""
    alert = await _numbered(desk, fields, "id")
    event = _requested(observer, {**fields, "EventID": alert.ivorn}).model_copy(
        update={
            "classification": fields.get("classification", "").strip()[:200],
            "administrator": observer.administers,
        }
    )
    return alert, await ask(desk, event.request_id, observer.id, event)


async def retract_target(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Alert, Job]:
    """Retract a target of one's own: it stays, marked, with its observations."""
    alert = await _numbered(desk, fields, "id")
    event = RetractionRequested(
        request_id=uuid4(),
        alert_id=alert.id,
        reason=required(fields, "reason"),
        observer=observer.as_told(),
        administrator=observer.administers,
    )
    return alert, await ask(desk, event.request_id, observer.id, event)


async def merge_targets(
    desk: Desk, observer: KnownObserver, fields: Fields
) -> tuple[Alert, Alert, Job]:
    """Give a target's names and observations to another that is the same object."""
    ended = await _numbered(desk, fields, "id")
    kept = await _numbered(desk, fields, "into")
    event = MergerRequested(
        request_id=uuid4(),
        alert_id=ended.id,
        into=kept.id,
        observer=observer.as_told(),
    )
    return ended, kept, await ask(desk, event.request_id, observer.id, event)


async def _numbered(desk: Desk, fields: Fields, field: str) -> Alert:
    text = required(fields, field)
    if not _NUMBER.fullmatch(text):
        raise RefusalError(400, f"{field} must be the number of a target.")
    return await known_target(desk, int(text))
