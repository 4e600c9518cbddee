"""The web site: every path, bare and under ``/followup``, and who may ask for it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp_jinja2
import structlog
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

from services.gateway.domain.roles import Role
from services.gateway.routes.account import account, add_hashtag, revoke_hashtag
from services.gateway.routes.administration import (
    administration,
    ask_for_hashtag,
    close_request,
    rotate_hashtag,
    settle_dead_letter,
    status,
)
from services.gateway.routes.alert_list import list_of_alerts
from services.gateway.routes.answered import answered, made_safe
from services.gateway.routes.api.describe import describe
from services.gateway.routes.api.reference import DESCRIPTION
from services.gateway.routes.api.routes import API
from services.gateway.routes.atom import target_feed
from services.gateway.routes.calibration import calibration_page, calibration_picture
from services.gateway.routes.changes import (
    delete_point,
    new_event,
    new_user,
    restore_point,
)
from services.gateway.routes.colours import colour_terms, forget_colour_terms
from services.gateway.routes.desk import DESK, Desk
from services.gateway.routes.jobs import job_live, job_page, uploaded_file
from services.gateway.routes.packets import (
    alert_inbox,
    inbox_live,
    packet_page,
    promote,
    raw_packet,
    submit_packet,
)
from services.gateway.routes.pages import form_page, log_in, log_out, welcome
from services.gateway.routes.reading import (
    followup_list,
    light_curve_data,
    observatories,
    target_page,
)
from services.gateway.routes.recalibrate import recalibrate
from services.gateway.routes.route import PACKET_LIMIT, ROUTE, Route, get, post
from services.gateway.routes.scs import cone_search
from services.gateway.routes.stars import finder_chart, reference_stars
from services.gateway.routes.targets import (
    correct_target,
    merge_targets,
    retract_target,
)
from services.gateway.routes.upload import upload
from services.gateway.routes.webhooks import add_webhook, drop_webhook
from services.gateway.routes.whatif import what_if

__all__ = ["ROUTES", "build_site", "serve"]

_log = structlog.get_logger()
_HERE = Path(__file__).parent.parent
_PREFIXES = ("", "/followup")

PAGES: Sequence[Route] = (
    get("/", welcome),
    get("/login", form_page),
    get("/uploader", form_page),
    get("/newevent", form_page),
    get("/delpoint", form_page),
    get("/newuser", form_page),
    get("/help", form_page),
    get("/list_of_alerts", list_of_alerts),
    get("/get_alert_lc_data", light_curve_data),
    get("/light_curve", target_page),
    get("/list_of_followups", followup_list),
    get("/observatories", observatories),
    get("/reference_stars", reference_stars),
    get("/finder/{alert:[1-9][0-9]{0,11}}.svg", finder_chart),
    get("/vo/scs", cone_search),
    get("/colour_terms", colour_terms, Role.OBSERVER),
    get("/account", account, Role.OBSERVER),
    get("/administration", administration, Role.ADMINISTRATOR),
    get("/alert_inbox", alert_inbox),
    get("/alert_inbox/live", inbox_live),
    get("/packet/{packet:[0-9a-f]{64}}", packet_page),
    get("/packet/{packet:[0-9a-f]{64}}/raw", raw_packet),
    get("/status", status),
    get("/feeds/{name:.+}.atom", target_feed),
    get("/job/{upload}", job_page),
    get("/job/{upload}/live", job_live),
    get("/calibration/{upload}.{layout:svg|png}", calibration_picture),
    get("/calibration/{upload}", calibration_page),
    get("/upload/{upload}.cat", uploaded_file),
    post("/login", log_in, Role.ANYBODY),
    post("/logout", log_out, Role.ANYBODY),
    post("/cgi/upload", upload, limit=None),
    post("/cgi/delpoint", delete_point, Role.OBSERVER),
    post("/cgi/restorepoint", restore_point, Role.OBSERVER),
    post("/cgi/newevent", new_event),
    post("/cgi/correcttarget", correct_target),
    post("/cgi/retracttarget", retract_target),
    post("/cgi/mergetargets", merge_targets, Role.ADMINISTRATOR),
    post("/cgi/packet", submit_packet, limit=PACKET_LIMIT),
    post("/cgi/promote", promote, Role.ADMINISTRATOR),
    post("/cgi/newuser", new_user, Role.ADMINISTRATOR),
    post("/cgi/forgetcolours", forget_colour_terms),
    post("/cgi/recalibrate", recalibrate),
    post("/cgi/whatif", what_if),
    post("/cgi/newwebhook", add_webhook, Role.OBSERVER),
    post("/cgi/dropwebhook", drop_webhook, Role.OBSERVER),
    post("/cgi/newhashtag", add_hashtag, Role.OBSERVER),
    post("/cgi/revokehashtag", revoke_hashtag, Role.OBSERVER),
    post("/cgi/rotatehashtag", rotate_hashtag, Role.ADMINISTRATOR),
    post("/cgi/askhashtag", ask_for_hashtag, Role.ANYBODY),
    post("/cgi/closerequest", close_request, Role.ADMINISTRATOR),
    post("/cgi/deadletter", settle_dead_letter, Role.ADMINISTRATOR),
)
ROUTES: Sequence[Route] = (*PAGES, *API)
"""Everything that can be asked for."""


def build_site(desk: Desk) -> web.Application:
    """Return the web site."""
    site = web.Application(middlewares=[answered], client_max_size=100_000)
    site.on_response_prepare.append(made_safe)
    site[DESK] = desk
    site[DESCRIPTION] = describe(API)
    aiohttp_jinja2.setup(
        site,
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    for prefix in _PREFIXES:
        for route in ROUTES:
            answer = partial(_answer, route)
            site.router.add_route(route.method, prefix + route.path, answer)
        site.add_routes([web.static(f"{prefix}/static", _HERE / "static")])
    site.add_routes([web.get("/followup", _to_front_page)])
    return site


async def _answer(route: Route, request: web.Request) -> web.StreamResponse:
    request[ROUTE] = route
    return await route.answer(request)


async def _to_front_page(_: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/followup/")


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
