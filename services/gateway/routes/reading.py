"""Lists and light curves, as pages and as the original's JSON."""

import asyncio
from urllib.parse import urlencode

from aiohttp import web

from services.gateway.domain.chart import Chart, chart
from services.gateway.domain.fields import one_name
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.legacy import alert_row, light_curve
from services.gateway.routes.respond import page
from shared.contracts.alerts import Alert, ObservationRecorded

__all__ = [
    "followup_list",
    "light_curve_data",
    "list_of_alerts",
    "observatories",
    "target_page",
]

_ROWS = 20
_MOST_ROWS = 1000
_MOST_DRAWN = 3000
_MOST_LISTED = 300


async def list_of_alerts(request: web.Request) -> web.Response:
    """List targets, the newest first."""
    offset = _whole(request, "offset", 0)
    count = min(_whole(request, "num", _ROWS) or _ROWS, _MOST_ROWS)
    observed = request.query.get("observed_only") == "1"
    part = one_name(request.query.get("name", ""))
    rows = await request.app[DESK].view.alerts(
        offset, count, observed=observed, part=part
    )
    if request.query.get("format") == "json":
        return web.json_response([alert_row(alert, n) for alert, n in rows])
    following = urlencode(
        {
            "offset": offset + count,
            "num": count,
            "observed_only": int(observed),
            "name": part,
        }
    )
    return await page(
        request,
        "alerts.html",
        rows=rows,
        following=following if len(rows) == count else "",
        observed=observed,
    )


async def light_curve_data(request: web.Request) -> web.Response:
    """Return a target's light curve as JSON."""
    alert = await _alert(request)
    points = await request.app[DESK].view.light_curve(alert.id)
    return web.json_response(light_curve(alert.ivorn, points))


async def target_page(request: web.Request) -> web.Response:
    """Show a target with its light curve."""
    alert = await _alert(request)
    points = await request.app[DESK].view.light_curve(alert.id)
    drawn = points[-_MOST_DRAWN:]
    return await page(
        request,
        "target.html",
        alert=alert,
        total=len(points),
        drawn=drawn,
        points=drawn[-_MOST_LISTED:],
        chart=await asyncio.to_thread(_light_chart, drawn),
    )


def _light_chart(points: list[ObservationRecorded]) -> Chart:
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
    offset = _whole(request, "offset", 0)
    observer = _whole(request, "observer", 0)
    points = await request.app[DESK].view.latest(offset, _ROWS, observer or None)
    following = f"offset={offset + _ROWS}&observer={observer}"
    return await page(
        request,
        "followups.html",
        points=points,
        following=following if len(points) == _ROWS else "",
    )


async def observatories(request: web.Request) -> web.Response:
    """List the observers with their counts of observations."""
    desk = request.app[DESK]
    everyone = await desk.observers.all()
    counts = await desk.view.counts_by_observer([one.id for one in everyone])
    return await page(request, "observatories.html", everyone=everyone, counts=counts)


async def _alert(request: web.Request) -> Alert:
    name = one_name(request.query.get("alert_name", ""))
    number = _whole(request, "alert_id", 0)
    if not name and not number:
        raise RefusalError(400, "Give alert_id=N or alert_name=ivo://X.")
    alert = await request.app[DESK].view.alert(name or number)
    if alert is None:
        raise RefusalError(404, f"There is no target {(name or str(number))[:60]}.")
    return alert


def _whole(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004
        raise RefusalError(400, f"{name} must be a whole number.")
    return int(text)
