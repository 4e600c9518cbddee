"""``/api/v1/targets/NAME/lightcurve.FORMAT``: a light curve for scientists' tools."""

import asyncio
import hashlib
from typing import Any

from aiohttp import ETag, web

from services.gateway.domain.files import FILES
from services.gateway.domain.tables import About
from services.gateway.routes.api.asked import asked
from services.gateway.routes.api.orders import LightCurveQuery
from services.gateway.routes.api.targets import named_target
from services.gateway.routes.desk import DESK
from services.gateway.routes.respond import address
from services.gateway.routes.rows import row
from shared.contracts.alerts import Alert

__all__ = ["light_curve_file"]


async def light_curve_file(request: web.Request) -> web.StreamResponse:
    """Return a light curve as a file; ``layout`` is its format."""
    alert, query = await named_target(request), asked(request, LightCurveQuery)
    curves = request.app[DESK].curves
    mark = _mark(request, alert, await curves.stamp(alert.id))
    if ETag(mark) in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{mark}"'})
    points = await curves.kept(
        alert.id,
        band=query.band,
        observer_id=query.observer,
        since=query.since,
        until=query.until,
        above=query.since_id,
    )
    layout = FILES[request.match_info["layout"]]
    page = f"{address(request)}/light_curve?alert_id={alert.id}"
    content = await asyncio.to_thread(_written, alert, page, points, layout.write)
    answer = web.Response(body=content, content_type=layout.content_type)
    if layout.content_type.startswith("text/"):
        answer.charset = "utf-8"
    answer.etag = mark
    answer.enable_compression()
    return answer


def _mark(request: web.Request, alert: Alert, stamp: str | None) -> str:
    """Return what changes whenever the file would: nothing is read to know it."""
    parts = (stamp, alert.id, alert.revision, address(request), request.raw_path)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _written(
    alert: Alert, page: str, points: list[dict[str, Any]], write: Any
) -> bytes:
    rows = [row(point) for point in points]
    about = About(
        target=alert.ivorn,
        ra=alert.ra,
        dec=alert.dec,
        page=page,
        observatories=tuple(sorted({one["observatory"] for one in rows})),
    )
    content: bytes = write(rows, about)
    return content
