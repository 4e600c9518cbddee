"""The web site: every path, bare and under ``/followup``, and who may ask for it."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import structlog
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

from services.gateway.api.describe import describe
from services.gateway.api.table import API
from services.gateway.domain.palette import place
from services.gateway.domain.writing import bare, ended, sexagesimal, utc_of
from services.gateway.pages.table import PAGES
from services.gateway.store.observers import NOBODY
from services.gateway.web.body import bounded, read_form
from services.gateway.web.desk import Desk
from services.gateway.web.doors import GuardedSite, Stage
from services.gateway.web.form import Form
from services.gateway.web.guard import Asker, reader
from services.gateway.web.keys import DESCRIPTION, DESK
from services.gateway.web.middleware import answered, made_safe, turned_down
from services.gateway.web.paths import came_from
from services.gateway.web.route import Route

__all__ = ["ROUTES", "build_site", "serve"]

_log = structlog.get_logger()
_HERE = Path(__file__).parent
_PREFIXES = ("", "/followup")
_FILTERS: Mapping[str, Callable[..., Any]] = {
    "bare": bare,
    "ended": ended,
    "sexagesimal": sexagesimal,
    "utc": utc_of,
    "band": place,
}

ROUTES: Sequence[Route] = (*PAGES, *API)
"""Everything that can be asked for."""


def build_site(desk: Desk, routes: Sequence[Route] = ROUTES) -> web.Application:
    """Return the web site."""
    site = web.Application(middlewares=[answered], client_max_size=100_000)
    site.on_response_prepare.append(made_safe)
    site[DESK] = desk
    site[DESCRIPTION] = describe(API)
    aiohttp_jinja2.setup(
        site,
        filters=_FILTERS,
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    for prefix in _PREFIXES:
        for route in routes:
            answer = partial(_answer, route)
            site.router.add_route(route.method, prefix + route.path, answer)
        site.add_routes([web.static(f"{prefix}/static", _HERE / "static")])
    site.add_routes([web.get("/followup", _to_front_page)])
    return site


async def _answer(route: Route, request: web.Request) -> web.StreamResponse:
    """Answer a request, if whoever asks has the role that the route declares."""
    form, came = Form(), dict[str, str]()
    with request.app[DESK].room.hold(came_from(request)) as hold:
        try:
            if route.changes:
                asker = Asker(request, route)
                form = await read_form(request, route, hold, asker.look_at, came)
                observer = await asker.admitted(form.fields)
            else:
                form = Form(bounded(request.query))
                role = route.role_here(open_data=request.app[DESK].settings.open_data)
                observer = await reader(request, role) if role else NOBODY
            with request.app[DESK].doors.at(Stage.ANSWERING, request.transport):
                return await route.answer(request, observer, form)
        except web.HTTPException:
            raise
        except Exception as fault:  # noqa: BLE001 - every request gets an answer
            form = form if form.fields else Form(came)
            return await turned_down(request, fault, form, route.again)
        finally:
            form.close()


async def _to_front_page(_: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/followup/")


@asynccontextmanager
async def serve(desk: Desk) -> AsyncIterator[None]:
    """Serve the site while the block runs."""
    settings = desk.settings
    runner = web.AppRunner(
        build_site(desk),
        access_log=None,
        shutdown_timeout=settings.drain_time,
        keepalive_timeout=75,
        lingering_time=2,
    )
    await runner.setup()
    await GuardedSite(
        runner, desk.doors, settings.http_host, settings.http_port
    ).start()
    _log.info("site.open", host=settings.http_host, port=settings.http_port)
    try:
        yield
    finally:
        await runner.cleanup()
