"""Targets corrected, retracted and merged by people."""

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from aiohttp import web

from services.gateway.domain.fields import required
from services.gateway.domain.forms import new_event_form
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import Role
from services.gateway.routes.asking import ask
from services.gateway.routes.changes import target_asked, told
from services.gateway.routes.guard import admitted
from services.gateway.routes.known import known_target
from shared.contracts.alerts import Alert
from shared.contracts.gateway import (
    MergerRequested,
    RetractionRequested,
)

if TYPE_CHECKING:
    from services.gateway.routes.intake import Form
    from services.gateway.store.observers import KnownObserver

_NUMBER = re.compile(r"[0-9]{1,12}")

__all__ = ["correct_target", "merge_targets", "retract_target"]


async def correct_target(request: web.Request) -> web.Response:
    """Correct a target of your own: place, link, classification."""
    observer, form = await admitted(request)
    alert = await _named(request, form, "id")
    order = new_event_form({**form.fields, "EventID": alert.ivorn})
    event = target_asked(
        order,
        observer,
        classification=form.fields.get("classification", "").strip()[:200],
        administrator=_administers(observer),
    )
    job = await ask(request, event.request_id, observer.id, event)
    return await told(request, job, f"{alert.ivorn} is corrected.", id=alert.id)


async def retract_target(request: web.Request) -> web.Response:
    """Retract a target of your own: it stays, marked, with its observations."""
    observer, form = await admitted(request)
    alert = await _named(request, form, "id")
    event = RetractionRequested(
        request_id=uuid4(),
        alert_id=alert.id,
        reason=required(form.fields, "reason"),
        observer=observer.as_told(),
        administrator=_administers(observer),
    )
    job = await ask(request, event.request_id, observer.id, event)
    return await told(request, job, f"{alert.ivorn} is retracted.", id=alert.id)


async def merge_targets(request: web.Request) -> web.Response:
    """Give a target's names and observations to another that is the same object."""
    observer, form = await admitted(request)
    ended, kept = await _named(request, form, "id"), await _named(request, form, "into")
    event = MergerRequested(
        request_id=uuid4(),
        alert_id=ended.id,
        into=kept.id,
        observer=observer.as_told(),
    )
    job = await ask(request, event.request_id, observer.id, event)
    sentence = f"{ended.ivorn} is merged into {kept.ivorn}."
    return await told(request, job, sentence, id=kept.id)


def _administers(observer: "KnownObserver") -> bool:
    return observer.role >= Role.ADMINISTRATOR


async def _named(request: web.Request, form: "Form", field: str) -> Alert:
    text = required(form.fields, field)
    if not _NUMBER.fullmatch(text):
        raise RefusalError(400, f"{field} must be the number of a target.")
    return await known_target(request, int(text))
