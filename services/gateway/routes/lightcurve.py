"""``/api/v1/targets/NAME/lightcurve.FORMAT``: a light curve for scientists' tools."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from aiohttp import ETag, web

from services.gateway.domain.fields import number, one_name
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.tables import as_csv, as_ecsv, as_json
from services.gateway.routes.desk import DESK
from shared.contracts.alerts import Alert, ObservationRecorded

__all__ = ["light_curve_file"]

_TYPES = {
    "csv": "text/csv",
    "ecsv": "application/x-ecsv",
    "json": "application/json",
}
_SCHEME = "ivo://"


async def light_curve_file(request: web.Request) -> web.StreamResponse:
    """Return a target's light curve, filtered by band, time and observatory."""
    view = request.app[DESK].view
    name = one_name(request.match_info["name"])
    alert = await view.alert(name) or await view.alert(_SCHEME + name)
    if alert is None:
        raise RefusalError(404, f"There is no target {name[:60]}.")
    points = await view.selected(
        alert_id=alert.id,
        observer_id=_whole(request, "observer"),
        since=_time(request, "since"),
        until=_time(request, "until"),
    )
    band, later = request.query.get("band"), _whole(request, "since_id") or 0
    chosen = [
        point
        for point in points
        if band in {None, point.zero_point.band} and (point.observation_id or 0) > later
    ]
    layout = request.match_info["layout"]
    text = await asyncio.to_thread(_written, alert, chosen, layout)
    return _unless_known(request, text, _TYPES[layout])


def _unless_known(
    request: web.Request, text: str, content_type: str
) -> web.StreamResponse:
    mark = hashlib.sha256(text.encode()).hexdigest()[:32]
    if ETag(mark) in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{mark}"'})
    answer = web.Response(text=text, content_type=content_type)
    answer.etag = mark
    answer.enable_compression()
    return answer


def _written(alert: Alert, points: Sequence[ObservationRecorded], layout: str) -> str:
    ordered = sorted(points, key=lambda point: point.frame.mjd)
    rows = [_row(point) for point in ordered]
    about = {
        "target": alert.ivorn,
        "position": f"{alert.ra:.6f} {alert.dec:+.6f} deg, ICRS",
        "time": "MJD in UTC, topocentric, at mid-exposure",
        "acknowledge": ", ".join(sorted({row["observatory"] for row in rows})),
    }
    if layout == "csv":
        return as_csv(rows)
    return as_ecsv(rows, about) if layout == "ecsv" else as_json(rows, about)


def _row(point: ObservationRecorded) -> dict[str, Any]:
    magnitude, fit, frame = point.magnitude, point.zero_point, point.frame
    colour = magnitude.for_colour
    return {
        "id": point.observation_id,
        "mjd": frame.mjd,
        "exposure_time": frame.exposure_time,
        "mag": magnitude.mag,
        "mag_err": magnitude.mag_err,
        "calib_err": magnitude.calib_err,
        "total_err": magnitude.total_err,
        "limit": magnitude.mag_err < 0,
        "depth": magnitude.depth,
        "mag_for_colour": None if colour is None else colour.mag,
        "mag_for_colour_err": None if colour is None else colour.total_err,
        "survey": fit.survey,
        "band": fit.band,
        "system": fit.system,
        "zero_point": fit.zero_point,
        "zero_point_err": fit.zero_point_err,
        "stars": fit.stars_used,
        "mode": point.mode,
        "observatory": frame.observer.name,
        "revision": point.revision,
    }


def _time(request: web.Request, name: str) -> float | None:
    return number(request.query, name) if name in request.query else None


def _whole(request: web.Request, name: str) -> int | None:
    value = _time(request, name)
    if value is None:
        return None
    if value != int(value) or not 0 <= value < 1e9:  # noqa: PLR2004 - a number here
        raise RefusalError(400, f"{name} must be a whole number.")
    return int(value)
