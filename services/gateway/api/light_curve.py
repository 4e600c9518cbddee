"""``/api/v1/targets/NAME/lightcurve.FORMAT``: a light curve for scientists' tools."""

import asyncio
import hashlib
from typing import Any

from aiohttp import ETag, web

from services.gateway.api.orders import LightCurveQuery
from services.gateway.api.query import query_of
from services.gateway.api.targets import named_target
from services.gateway.domain.files import FILES, file_name
from services.gateway.domain.homogenised import Magnitudes, network_row
from services.gateway.domain.rows import row
from services.gateway.domain.tables import About
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.contracts.alerts import Alert

__all__ = ["light_curve_file"]


async def light_curve_file(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Return a light curve as a file; ``layout`` is its format."""
    alert, query = await named_target(request), query_of(form, LightCurveQuery)
    curves = request.app[DESK].stores.curves
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
    networks = await request.app[DESK].stores.networks.magnitudes(alert.id)
    layout = FILES[request.match_info["layout"]]
    page = f"{address(request)}/light_curve?alert_id={alert.id}"
    content = await asyncio.to_thread(
        _written, alert, page, points, networks, layout.write
    )
    answer = web.Response(body=content, content_type=layout.content_type)
    if layout.content_type.startswith("text/"):
        answer.charset = "utf-8"
    name = file_name(alert.ivorn, request.match_info["layout"])
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.etag = mark
    answer.enable_compression()
    return answer


def _mark(request: web.Request, alert: Alert, stamp: str | None) -> str:
    """Return what changes whenever the file would: nothing is read to know it."""
    parts = (stamp, alert.id, alert.revision, address(request), request.raw_path)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _written(
    alert: Alert,
    page: str,
    points: list[dict[str, Any]],
    networks: Magnitudes,
    write: Any,
) -> bytes:
    plain = [row(point) for point in points]
    rows = [one | network_row(one, networks) for one in plain]
    about = About(
        target=alert.ivorn,
        ra=alert.ra,
        dec=alert.dec,
        page=page,
        observatories=tuple(sorted({one["observatory"] for one in rows})),
    )
    content: bytes = write(rows, about)
    return content
