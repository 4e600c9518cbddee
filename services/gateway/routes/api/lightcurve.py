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
    points = await request.app[DESK].curves.kept(
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
    return _unless_known(request, content, layout.content_type)


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


def _unless_known(
    request: web.Request, content: bytes, content_type: str
) -> web.StreamResponse:
    mark = hashlib.sha256(content).hexdigest()[:32]
    if ETag(mark) in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{mark}"'})
    answer = web.Response(body=content, content_type=content_type)
    if content_type.startswith("text/"):
        answer.charset = "utf-8"
    answer.etag = mark
    answer.enable_compression()
    return answer
