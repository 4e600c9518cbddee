"""Targets entered, corrected, retracted and merged by people."""

from aiohttp import web

from services.gateway.actions import targets
from services.gateway.actions.names import with_place
from services.gateway.domain.fields import flag
from services.gateway.pages.answers import tell, to_target
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import wants_page
from shared.contracts.alerts import Alert, AlertCreated, AlertRevised

__all__ = [
    "correct_target",
    "merge_targets",
    "new_event",
    "retract_target",
    "tell_target",
]


async def new_event(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Enter a new target."""
    may_move = not wants_page(request, form) or flag(form.fields, "move")
    desk = request.app[DESK]
    fields = await with_place(desk, form.fields)
    entered = await targets.enter_target(desk, observer, fields, may_move=may_move)
    under_way = f"{entered.name} is being added."
    return await tell_target(
        request, observer, form, entered.job, under_way, entered=entered
    )


async def tell_target(
    request: web.Request,
    observer: KnownObserver,
    form: Form,
    job: Job,
    under_way: str,
    *,
    entered: targets.Entered | None = None,
) -> web.Response:
    """Answer with the target that a job made, or that it is under way."""
    if not isinstance(job.answer, AlertCreated | AlertRevised):
        return await tell(request, observer, form, job, under_way)
    alert = job.answer.alert
    sentence = f"{alert.ivorn} is target {alert.id}."
    back = None
    if entered is not None and entered.moved is not None:
        back, now = entered.moved
        way = f"moved from {_at(back)} to {_at(now)}"
        sentence = f"{alert.ivorn} is target {alert.id}, {way}."
    near = entered.near if entered is not None else None
    return await tell(
        request,
        observer,
        form,
        job,
        sentence,
        back=back,
        near=near,
        onward=to_target(alert),
        id=alert.id,
        ivorn=alert.ivorn,
    )


def _at(alert: Alert) -> str:
    return f"{alert.ra:.5f} {alert.dec:+.5f}"


async def correct_target(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Correct a target of your own: place, link, classification."""
    desk = request.app[DESK]
    alert, job = await targets.correct_target(desk, observer, form.fields)
    sentence = f"{alert.ivorn} is corrected."
    return await tell(
        request, observer, form, job, sentence, onward=to_target(alert), id=alert.id
    )


async def retract_target(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Retract a target of your own: it stays, marked, with its observations."""
    desk = request.app[DESK]
    alert, job = await targets.retract_target(desk, observer, form.fields)
    sentence = f"{alert.ivorn} is retracted."
    return await tell(
        request, observer, form, job, sentence, onward=to_target(alert), id=alert.id
    )


async def merge_targets(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Give a target's names and observations to another that is the same object."""
    desk = request.app[DESK]
    ended, kept, job = await targets.merge_targets(desk, observer, form.fields)
    sentence = f"{ended.ivorn} is merged into {kept.ivorn}."
    return await tell(
        request, observer, form, job, sentence, onward=to_target(kept), id=kept.id
    )
