"""The API's own description, for programs and in a viewer for people."""

from aiohttp import web

from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESCRIPTION
from services.gateway.web.paths import root
from services.gateway.web.respond import page

__all__ = ["description", "viewer"]

_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
"""The viewer draws its icons from data within its style sheet."""


async def description(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return this description of the API (OpenAPI 3.1)."""
    servers = {"servers": [{"url": root(request) or "/"}]}
    return web.json_response(request.app[DESCRIPTION] | servers)


async def viewer(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the description of the API to people."""
    shown = await page(request, observer, "reference.html")
    shown.headers["Content-Security-Policy"] = _POLICY
    return shown
