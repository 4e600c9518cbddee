"""Observations and observatories, as lists and as the original's JSON."""

from collections.abc import Sequence

from aiohttp import web

from services.gateway.actions.targets import known_target
from services.gateway.domain.fields import number, whole
from services.gateway.pages.legacy import light_curve
from services.gateway.pages.target import asked_target
from services.gateway.pages.turning import pages_around
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page
from shared.contracts.alerts import Alert, ObservationRecorded

__all__ = [
    "followup_list",
    "light_curve_data",
    "observatories",
]

_ROWS = 20
_FILTERS = ("observer", "target", "since", "until")


async def light_curve_data(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return a target's light curve as JSON."""
    alert = await asked_target(request, form)
    points = await request.app[DESK].stores.view.light_curve(alert.id)
    return web.json_response(light_curve(alert.ivorn, points))


async def followup_list(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List observations, the newest first."""
    desk, fields = request.app[DESK], form.fields
    offset, before = whole(fields, "offset"), whole(fields, "before")
    whose, target = whole(fields, "observer"), fields.get("target", "")
    alert = await known_target(desk, target) if target else None
    times = {name: _time(form, name) for name in ("since", "until")}
    points = await desk.stores.points.page(
        _ROWS,
        observer_id=whose or None,
        alert_id=alert.id if alert else None,
        before=before or None,
        offset=offset,
        **times,
    )
    kept = {name: it for name, it in fields.items() if name in _FILTERS and it}
    timed = any(time is not None for time in times.values())
    everyone = await desk.stores.observers.all()
    key = "until" if timed else "before"
    following = _begin_of_next(points, timed=timed) if len(points) >= _ROWS else None
    return await page(
        request,
        observer,
        "followups.html",
        points=points,
        given=kept,
        everyone=everyone,
        pages=pages_around(fields, kept, key, following),
        total=None if timed else await _total(desk, alert, whose, everyone),
    )


async def _total(
    desk: Desk,
    alert: Alert | None,
    whose: int,
    everyone: Sequence[KnownObserver],
) -> int | None:
    """Return how many observations a list has; ``None`` where it is not counted."""
    if alert is not None:
        return None if whose else await desk.stores.targets.total(alert.id)
    wanted = [whose] if whose else [one.id for one in everyone]
    return sum((await desk.stores.points.counts_by_observer(wanted)).values())


def _begin_of_next(points: list[ObservationRecorded], *, timed: bool) -> object:
    last = points[-1]
    return repr(last.frame.mjd) if timed else last.observation_id


async def observatories(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List the observers with their counts of observations."""
    desk = request.app[DESK]
    everyone = await desk.stores.observers.all()
    counts = await desk.stores.points.counts_by_observer([one.id for one in everyone])
    return await page(
        request,
        observer,
        "observatories.html",
        everyone=everyone,
        counts=counts,
        land=desk.land,
    )


def _time(form: Form, name: str) -> float | None:
    return number(form.fields, name) if form.fields.get(name) else None
