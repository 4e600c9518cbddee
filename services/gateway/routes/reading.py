"""Lists and light curves, as pages and as the original's JSON."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from services.gateway.domain.chart import Chart, chart
from services.gateway.domain.fields import number, one_name
from services.gateway.domain.files import FILES
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import (
    ORDERS,
    Cone,
    Kind,
    NamePart,
    Order,
    read_search,
)
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
_MOST_LISTED = 100
_FILTERS = ("observer", "target", "since", "until")


async def list_of_alerts(request: web.Request) -> web.Response:
    """List targets, the newest first, or those of a name or place."""
    offset, before = _whole(request, "offset", 0), _whole(request, "before", 0)
    count = min(_whole(request, "num", _ROWS) or _ROWS, _MOST_ROWS)
    asked = _asked(request)
    rows = await request.app[DESK].targets.page(
        asked.search,
        count,
        kind=asked.kind,
        observed=asked.observed,
        order=asked.order,
        before=before or None,
        offset=offset,
    )
    if request.query.get("format") == "json":
        return web.json_response([alert_row(row.alert, row.points) for row in rows])
    following = asked.kept() | {"num": count, "sort": asked.order}
    if isinstance(asked.search, Cone):
        following["offset"] = offset + count
    elif rows:
        last = rows[-1]
        following["before"] = last.last if asked.order == "observed" else last.alert.id
    return await page(
        request,
        "alerts.html",
        rows=rows,
        asked=asked,
        following=urlencode(following) if len(rows) == count else "",
        orders={one: urlencode(asked.kept() | {"sort": one}) for one in ORDERS},
    )


@dataclass(frozen=True)
class _Asked:
    """Which targets a page lists."""

    text: str
    search: NamePart | Cone
    kind: Kind
    observed: bool
    order: Order

    def kept(self) -> dict[str, object]:
        """Return what a link to another page of the list keeps."""
        given = {"search": self.text, "observed_only": int(self.observed)}
        given |= vars(self.kind)
        return {name: it for name, it in given.items() if it}


def _asked(request: web.Request) -> _Asked:
    text = one_name(request.query.get("search") or request.query.get("name", ""))
    by_observation = request.query.get("sort") == "observed"
    return _Asked(
        text=text,
        search=read_search(text),
        kind=_kind(request),
        observed=request.query.get("observed_only") == "1",
        order="observed" if by_observation else "published",
    )


def _kind(request: web.Request) -> Kind:
    names = ("classification", "stream", "since", "until")
    return Kind(**{name: request.query.get(name, "").strip()[:60] for name in names})


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
    offset, before = _whole(request, "offset", 0), _whole(request, "before", 0)
    observer, target = _whole(request, "observer", 0), request.query.get("target", "")
    alert = await _known(request, target) if target else None
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
    wanted = _whole(request, "alert_id", 0)
    if not name and not wanted:
        raise RefusalError(400, "Give alert_id=N or alert_name=ivo://X.")
    return await _known(request, name or wanted)


async def _known(request: web.Request, name: str | int) -> Alert:
    alert = await request.app[DESK].view.alert(name)
    if alert is None:
        raise RefusalError(404, f"There is no target {str(name)[:60]}.")
    return alert


def _time(request: web.Request, name: str) -> float | None:
    return number(request.query, name) if request.query.get(name) else None


def _whole(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004
        raise RefusalError(400, f"{name} must be a whole number.")
    return int(text)
