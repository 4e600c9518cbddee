"""The API's own description, for programs and in a viewer for people."""

from typing import Any

from aiohttp import web

from services.gateway.routes.respond import page, root

__all__ = ["DESCRIPTION", "description", "viewer"]

_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
"""The viewer draws its icons from data within its style sheet."""

DESCRIPTION = web.AppKey("description", dict[str, Any])
"""The OpenAPI document that the site was built from."""


async def description(request: web.Request) -> web.Response:
    """Return this description of the API (OpenAPI 3.1)."""
    servers = {"servers": [{"url": root(request) or "/"}]}
    return web.json_response(request.app[DESCRIPTION] | servers)


async def viewer(request: web.Request) -> web.Response:
    """Show the description of the API to people."""
    shown = await page(request, "reference.html")
    shown.headers["Content-Security-Policy"] = _POLICY
    return shown
