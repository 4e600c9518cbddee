"""Targets, observations and observatories, as pages and as the original's JSON."""

import asyncio
from urllib.parse import urlencode

from aiohttp import web

from services.gateway.domain.chart import Chart, chart
from services.gateway.domain.fields import number, one_name, whole
from services.gateway.domain.files import FILES
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.known import known_target
from services.gateway.routes.legacy import light_curve
from services.gateway.routes.respond import page
from shared.contracts.alerts import Alert, ObservationRecorded

__all__ = [
    "followup_list",
    "light_curve_data",
    "observatories",
    "target_page",
]

_ROWS = 20
_MOST_LISTED = 100
_FILTERS = ("observer", "target", "since", "until")


async def light_curve_data(request: web.Request) -> web.Response:
    """Return a target's light curve as JSON."""
    alert = await _alert(request)
    points = await request.app[DESK].view.light_curve(alert.id)
    return web.json_response(light_curve(alert.ivorn, points))


async def target_page(request: web.Request) -> web.Response:
    """Show a target with its light curve."""
    alert, desk = await _alert(request), request.app[DESK]
    points = await desk.points.page(_MOST_LISTED, alert_id=alert.id)
    packets = await desk.packets.about(alert.id)
    return await page(
        request,
        "target.html",
        alert=alert,
        total=await desk.targets.total(alert.id),
        points=points,
        packets=packets,
        place=await desk.places.find(alert.id),
        history=await desk.view.history(alert.id),
        chart=await asyncio.to_thread(_light_chart, points),
        files=FILES,
        contributors=sorted({point.frame.observer.name for point in points}),
    )


def _light_chart(points: list[ObservationRecorded]) -> Chart:
    """Draw the latest points, for browsers without JavaScript."""
    bands = sorted({point.zero_point.band for point in points})
    return chart(
        [
            (
                point.frame.mjd,
                point.magnitude.mag,
                point.magnitude.total_err,
                f"band{bands.index(point.zero_point.band) % 8}"
                + (" limit" if point.magnitude.mag_err < 0 else ""),
                _told(point),
            )
            for point in points
        ],
        ("MJD [d]", "magnitude [mag]"),
    )


def _told(point: ObservationRecorded) -> str:
    mag, fit = point.magnitude.mag, point.zero_point
    return f"{point.frame.observer.name}, {mag:.3f} {fit.survey}/{fit.band}"


async def followup_list(request: web.Request) -> web.Response:
    """List observations, the newest first."""
    offset, before = whole(request.query, "offset"), whole(request.query, "before")
    observer, target = whole(request.query, "observer"), request.query.get("target", "")
    alert = await known_target(request, target) if target else None
    times = {name: _time(request, name) for name in ("since", "until")}
    points = await request.app[DESK].points.page(
        _ROWS,
        observer_id=observer or None,
        alert_id=alert.id if alert else None,
        before=before or None,
        offset=offset,
        **times,
    )
    kept = {name: it for name, it in request.query.items() if name in _FILTERS}
    following = urlencode(kept | _next_page(points, **times))
    return await page(
        request,
        "followups.html",
        points=points,
        given=kept,
        everyone=await request.app[DESK].observers.all(),
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


async def observatories(request: web.Request) -> web.Response:
    """List the observers with their counts of observations."""
    desk = request.app[DESK]
    everyone = await desk.observers.all()
    counts = await desk.points.counts_by_observer([one.id for one in everyone])
    return await page(
        request,
        "observatories.html",
        everyone=everyone,
        counts=counts,
        land=desk.land,
    )


async def _alert(request: web.Request) -> Alert:
    name = one_name(request.query.get("alert_name", ""))
    wanted = whole(request.query, "alert_id")
    if not name and not wanted:
        raise RefusalError(400, "Give alert_id=N or alert_name=ivo://X.")
    return await known_target(request, name or wanted)


def _time(request: web.Request, name: str) -> float | None:
    return number(request.query, name) if request.query.get(name) else None
