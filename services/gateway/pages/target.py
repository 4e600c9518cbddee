"""A target's page: the observing desk around its light curve."""

import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from aiohttp import web

from services.gateway.actions.targets import known_target
from services.gateway.domain import palette
from services.gateway.domain.chart import Chart, Plane, chart
from services.gateway.domain.fields import one_name, whole
from services.gateway.domain.files import FILES
from services.gateway.domain.links import elsewhere
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.visibility import Night, night_at
from services.gateway.pages.whereabouts import left_behind
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.guard import reader
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.kernel.epochs import mjd_now

__all__ = ["asked_target", "target_page"]

_MOST_LISTED = 100
_PALETTE = json.dumps(
    {
        "colours": palette.COLOURS,
        "bands": {name: astuple(one) for name, one in palette.BANDS.items()},
        "other": astuple(palette.look("")),
    }
)


@dataclass(frozen=True)
class LastPoint:
    """The latest point of a band, and how the band looks."""

    band: str
    place: int
    shape: str
    point: ObservationRecorded


async def target_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a target with its light curve."""
    alert, desk = await asked_target(request, form), request.app[DESK]
    observer = await reader(request)
    stores = desk.stores
    points, total, packets, place, history = await asyncio.gather(
        stores.points.page(_MOST_LISTED, alert_id=alert.id),
        stores.targets.total(alert.id),
        stores.packets.about(alert.id),
        stores.places.find(alert.id),
        stores.view.history(alert.id),
    )
    behind, how_far = left_behind(alert, points)
    return await page(
        request,
        observer,
        "target.html",
        alert=alert,
        total=total,
        points=points,
        last=last_points(points),
        contributors=sorted({point.frame.observer.name for point in points}),
        behind=sorted({point.frame.observer.name for point in behind}),
        behind_count=len(behind),
        how_far=how_far,
        packets=packets,
        place=place,
        history=history,
        chart=await asyncio.to_thread(_light_chart, points),
        night=await asyncio.to_thread(_night, alert, observer),
        elsewhere=elsewhere(alert.ivorn, alert.ra, alert.dec),
        files=FILES,
        open_data=desk.settings.open_data,
        palette=_PALETTE,
    )


def last_points(points: Sequence[ObservationRecorded]) -> list[LastPoint]:
    """Return the latest point of each band, by wavelength."""
    latest: dict[str, ObservationRecorded] = {}
    for point in sorted(points, key=lambda one: one.frame.mjd):
        latest[point.zero_point.band] = point
    return [
        LastPoint(band, palette.place(band), palette.look(band).shape, latest[band])
        for band in sorted(latest, key=palette.place)
    ]


async def asked_target(request: web.Request, form: Form) -> Alert:
    """Return the target that ``alert_id`` or ``alert_name`` means.

    Raises
    ------
    RefusalError
        Neither is given, or there is no such target.
    """
    name = one_name(form.fields.get("alert_name", ""))
    wanted = whole(form.fields, "alert_id")
    if not name and not wanted:
        raise RefusalError(400, "Give alert_id=N or alert_name=ivo://X.")
    return await known_target(request.app[DESK], name or wanted)


def _night(alert: Alert, observer: KnownObserver) -> dict[str, Any] | None:
    """Return this night at the observer's site, if that is known."""
    if observer.longitude is None or observer.latitude is None:
        return None
    now = mjd_now()
    site = (observer.longitude, observer.latitude)
    night = night_at((alert.ra, alert.dec), site, now)
    shown = night.dark is not None and night.usable > 0
    return {"sky": night, "drawn": _altitudes(night, now), "usable": shown}


def _altitudes(night: Night, now: float) -> dict[str, Any]:
    """Return paths in a box of 240 by 90: an altitude of 0 to 90 deg."""
    first, span = night.times[0], night.times[-1] - night.times[0]

    def across(mjd: float) -> float:
        return round(240 * (mjd - first) / span, 1)

    def path(altitudes: Sequence[float]) -> str:
        places = zip(night.times, altitudes, strict=True)
        return "M" + "L".join(f"{across(t)} {90 - a:.1f}" for t, a in places)

    return {
        "target": path(night.target),
        "moon": path(night.moon),
        "dark": tuple(map(across, night.dark)) if night.dark else None,
        "hours": [
            (across(day / 4), 6 * day % 24)
            for day in range(math.ceil(4 * first), math.floor(4 * (first + span)) + 1)
        ],
        "now": across(now) if 0 <= now - first <= span else None,
    }


def _light_chart(points: Sequence[ObservationRecorded]) -> Chart:
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
        Plane("MJD [d]", "magnitude [mag]"),
    )


def _look(point: ObservationRecorded) -> str:
    """Return the classes of a point's mark."""
    band = point.zero_point.band
    shape = "limit" if point.magnitude.is_limit else palette.look(band).shape
    return f"band{palette.place(band)} {shape}"


def _told(point: ObservationRecorded) -> str:
    mag, fit = point.magnitude.headline, point.zero_point
    return f"{point.frame.observer.name}, {mag:.3f} {fit.survey}/{fit.band}"
