"""The API's own description, for programs and in a viewer for people."""

from typing import Any

from aiohttp import web

from services.gateway.routes.respond import page

__all__ = ["DESCRIPTION", "description", "viewer"]

DESCRIPTION = web.AppKey("description", dict[str, Any])
"""The OpenAPI document that the site was built from."""


async def description(request: web.Request) -> web.Response:
    """Return this description of the API (OpenAPI 3.1)."""
    return web.json_response(request.app[DESCRIPTION])


async def viewer(request: web.Request) -> web.Response:
    """Show the description of the API to people."""
    return await page(request, "reference.html")
