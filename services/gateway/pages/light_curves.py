"""Targets, observations and observatories, as pages and as the original's JSON."""

import asyncio
import json
from dataclasses import astuple
from urllib.parse import urlencode

from aiohttp import web

from services.gateway.actions.targets import known_target
from services.gateway.domain import palette
from services.gateway.domain.chart import Chart, chart
from services.gateway.domain.fields import number, one_name, whole
from services.gateway.domain.files import FILES
from services.gateway.domain.refusal import RefusalError
from services.gateway.pages.legacy import light_curve
from services.gateway.pages.whereabouts import left_behind
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page
from shared.contracts.alerts import Alert, ObservationRecorded

__all__ = [
    "followup_list",
    "light_curve_data",
    "observatories",
    "target_page",
]

_ROWS = 20
_MOST_LISTED = 100
_PALETTE = {
    "colours": palette.COLOURS,
    "bands": {name: astuple(one) for name, one in palette.BANDS.items()},
    "other": astuple(palette.look("")),
}
_FILTERS = ("observer", "target", "since", "until")


async def light_curve_data(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return a target's light curve as JSON."""
    alert = await _alert(request, form)
    points = await request.app[DESK].stores.view.light_curve(alert.id)
    return web.json_response(light_curve(alert.ivorn, points))


async def target_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a target with its light curve."""
    alert, desk = await _alert(request, form), request.app[DESK]
    points = await desk.stores.points.page(_MOST_LISTED, alert_id=alert.id)
    packets = await desk.stores.packets.about(alert.id)
    behind, how_far = left_behind(alert, points)
    return await page(
        request,
        observer,
        "target.html",
        alert=alert,
        total=await desk.stores.targets.total(alert.id),
        points=points,
        behind=sorted({point.frame.observer.name for point in behind}),
        behind_count=len(behind),
        how_far=how_far,
        packets=packets,
        place=await desk.stores.places.find(alert.id),
        history=await desk.stores.view.history(alert.id),
        chart=await asyncio.to_thread(_light_chart, points),
        files=FILES,
        palette=json.dumps(_PALETTE),
        contributors=sorted({point.frame.observer.name for point in points}),
    )


def _light_chart(points: list[ObservationRecorded]) -> Chart:
    """Draw the latest points, for browsers without JavaScript."""
    return chart(
        [
            (
                point.frame.mjd,
                point.magnitude.headline,
                point.magnitude.total_err,
                _look(point),
                _told(point),
            )
            for point in points
        ],
        ("MJD [d]", "magnitude [mag]"),
    )


def _look(point: ObservationRecorded) -> str:
    """Return the classes of a point's mark."""
    band = point.zero_point.band
    shape = "limit" if point.magnitude.is_limit else palette.look(band).shape
    return f"band{palette.place(band)} {shape}"


def _told(point: ObservationRecorded) -> str:
    mag, fit = point.magnitude.headline, point.zero_point
    return f"{point.frame.observer.name}, {mag:.3f} {fit.survey}/{fit.band}"


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
    kept = {name: it for name, it in fields.items() if name in _FILTERS}
    following = urlencode(kept | _next_page(points, **times))
    return await page(
        request,
        observer,
        "followups.html",
        points=points,
        given=kept,
        everyone=await desk.stores.observers.all(),
        following=following if len(points) >= _ROWS else "",
    )


def _next_page(
    points: list[ObservationRecorded], since: float | None, until: float | None
) -> dict[str, object]:
    if not points:
        return {}
    if since is None and until is None:
        return {"before": points[-1].observation_id}
    return {"until": points[-1].frame.mjd}


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


async def _alert(request: web.Request, form: Form) -> Alert:
    name = one_name(form.fields.get("alert_name", ""))
    wanted = whole(form.fields, "alert_id")
    if not name and not wanted:
        raise RefusalError(400, "Give alert_id=N or alert_name=ivo://X.")
    return await known_target(request.app[DESK], name or wanted)


def _time(form: Form, name: str) -> float | None:
    return number(form.fields, name) if form.fields.get(name) else None
