"""The web site: every path, bare and under ``/followup``, and what guards them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp_jinja2
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import FileSystemLoader, StrictUndefined
from pymongo.errors import PyMongoError

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.calibration import (
    calibration_page,
    calibration_picture,
    job_page,
    uploaded_file,
)
from services.gateway.routes.changes import delete_point, new_event, new_user
from services.gateway.routes.colours import colour_terms, forget_colour_terms
from services.gateway.routes.desk import DESK, Desk
from services.gateway.routes.lightcurve import light_curve_file
from services.gateway.routes.pages import form_page, log_in, log_out, welcome
from services.gateway.routes.reading import (
    followup_list,
    light_curve_data,
    list_of_alerts,
    observatories,
    target_page,
)
from services.gateway.routes.recalibrate import recalibrate
from services.gateway.routes.respond import refusal
from services.gateway.routes.stars import reference_stars
from services.gateway.routes.upload import upload

__all__ = ["build_site", "serve"]

_log = structlog.get_logger()
_HERE = Path(__file__).parent.parent
_PREFIXES = ("", "/followup")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_GET = {
    "/": welcome,
    "/login": form_page,
    "/uploader": form_page,
    "/newevent": form_page,
    "/delpoint": form_page,
    "/newuser": form_page,
    "/list_of_alerts": list_of_alerts,
    "/get_alert_lc_data": light_curve_data,
    "/light_curve": target_page,
    "/list_of_followups": followup_list,
    "/observatories": observatories,
    "/reference_stars": reference_stars,
    "/colour_terms": colour_terms,
    "/api/v1/targets/{name:.+}/lightcurve.{layout:csv|ecsv|json}": light_curve_file,
    "/job/{upload}": job_page,
    "/calibration/{upload}.svg": calibration_picture,
    "/calibration/{upload}": calibration_page,
    "/upload/{upload}.cat": uploaded_file,
}
_POST = {
    "/login": log_in,
    "/logout": log_out,
    "/cgi/upload": upload,
    "/cgi/delpoint": delete_point,
    "/cgi/newevent": new_event,
    "/cgi/newuser": new_user,
    "/cgi/forgetcolours": forget_colour_terms,
    "/cgi/recalibrate": recalibrate,
}


def build_site(desk: Desk) -> web.Application:
    """Return the web site."""
    site = web.Application(middlewares=[_answered], client_max_size=100_000)
    site[DESK] = desk
    aiohttp_jinja2.setup(
        site,
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    for prefix in _PREFIXES:
        site.add_routes([web.get(prefix + path, one) for path, one in _GET.items()])
        site.add_routes([web.post(prefix + path, one) for path, one in _POST.items()])
        site.add_routes([web.static(f"{prefix}/static", _HERE / "static")])
    site.add_routes([web.get("/followup", _to_front_page)])
    return site


async def _to_front_page(_: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/followup/")


@web.middleware
async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every request a clear answer, and every answer its safety headers."""
    try:
        answer = await handler(request)
    except RefusalError as fault:
        answer = await refusal(request, fault)
    except web.HTTPException as fault:
        if fault.status < web.HTTPBadRequest.status_code:
            fault.headers.update(_HEADERS)
            raise
        answer = await refusal(request, RefusalError(fault.status, f"{fault.reason}."))
    except PyMongoError as fault:
        _log.warning("store.silent", path=request.path, reason=repr(fault))
        sentence = "The server cannot reach its store: try again in a minute."
        answer = web.Response(text=sentence, status=503)
    except Exception as fault:  # noqa: BLE001 - every request gets an answer
        _log.exception("request.failed", path=request.path, reason=repr(fault))
        sentence = "The server made a mistake; it is written in its log."
        answer = web.Response(text=sentence, status=500)
    answer.headers.update(_HEADERS)
    return answer


@asynccontextmanager
async def serve(desk: Desk) -> AsyncIterator[None]:
    """Serve the site while the block runs."""
    runner = web.AppRunner(
        build_site(desk), access_log=None, shutdown_timeout=desk.settings.drain_time
    )
    await runner.setup()
    settings = desk.settings
    await web.TCPSite(runner, settings.http_host, settings.http_port).start()
    _log.info("site.open", host=settings.http_host, port=settings.http_port)
    try:
        yield
    finally:
        await runner.cleanup()
