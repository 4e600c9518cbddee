"""Targets: found by name or number, entered, corrected, retracted and merged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.domain.fields import Fields, required
from services.gateway.domain.forms import new_event_form
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import Cone
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.alerts import Alert, AlertRevised
from shared.contracts.gateway import (
    AlertRequested,
    MergerRequested,
    RetractionRequested,
)
from shared.kernel.cells import arcsec_between

__all__ = [
    "Entered",
    "candidates",
    "correct_target",
    "enter_target",
    "known_target",
    "merge_targets",
    "retract_target",
]

_NUMBER = re.compile(r"[0-9]{1,12}")
_SHOWN = 50
_SAME_PLACE = 3.0
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


@dataclass(frozen=True)
class Entered:
    """A target that somebody enters.

    Attributes
    ----------
    before
        What stood under this very name, if anything did.
    near
        Another target within three arcseconds: perhaps the same object.
    """

    name: str
    job: Job
    before: Alert | None
    near: Alert | None

    @property
    def moved(self) -> tuple[Alert, Alert] | None:
        """The target before and after, where entering it again moved it."""
        if not isinstance(self.job.answer, AlertRevised) or self.before is None:
            return None
        after = self.job.answer.alert
        same = (self.before.ra, self.before.dec) == (after.ra, after.dec)
        return None if same else (self.before, after)


async def enter_target(
    desk: Desk, observer: KnownObserver, fields: Fields, *, may_move: bool = True
) -> Entered:
    """Enter a new target, or correct one's own.

    Raises
    ------
    RefusalError
        It stands elsewhere already, and must not be moved without a word.
    """
    event = _requested(observer, fields)
    before, near = await _standing(desk, event)
    if before is not None and not may_move and _apart(before, event) > _SAME_PLACE:
        raise RefusalError(
            409,
            f"{before.ivorn[:40]} stands at {before.ra:.5f} {before.dec:+.5f} already.",
            "Send move=true to move it there",
        )
    job = await ask(desk, event.request_id, observer.id, event)
    return Entered(event.ivorn, job, before, near)


async def _standing(
    desk: Desk, event: AlertRequested
) -> tuple[Alert | None, Alert | None]:
    """Return the target of that very name, and another at that place."""
    called = await desk.stores.view.called(event.ivorn)
    own = (one for one in called if one.ivorn.casefold() == event.ivorn.casefold())
    before = next(own, None)
    around = Cone(event.ra, event.dec, _SAME_PLACE / 3600)
    listed = await desk.stores.targets.page(around, 2)
    others = (
        one.alert for one in listed if before is None or one.alert.id != before.id
    )
    return before, next(others, None)


def _apart(alert: Alert, event: AlertRequested) -> float:
    return arcsec_between(alert.ra, alert.dec, event.ra, event.dec)


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
