"""How the gateway answers: a page for people, JSON or a sentence for scripts."""

from typing import Any

import aiohttp_jinja2
from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.guard import reader

__all__ = ["page", "refusal", "root", "wants_page"]

_PREFIX = "/followup"


def root(request: web.Request) -> str:
    """Return what the paths of this request begin with."""
    return _PREFIX if request.path.startswith(_PREFIX) else ""


def wants_page(request: web.Request) -> bool:
    """Tell whether a browser is asking, not a script."""
    return "text/html" in request.headers.get("Accept", "")


async def page(
    request: web.Request, template: str, status: int = 200, **content: Any
) -> web.Response:
    """Return a page, with the name of whoever is logged in."""
    context = {"root": root(request), "observer": await reader(request), **content}
    return aiohttp_jinja2.render_template(template, request, context, status=status)


async def refusal(request: web.Request, fault: RefusalError) -> web.Response:
    """Return why a request is not served: plain text, or a page for a browser."""
    if wants_page(request) and request.query.get("format") != "json":
        return await page(
            request,
            "refused.html",
            status=fault.status,
            sentence=str(fault),
            hint=fault.hint,
        )
    return web.Response(text=str(fault), status=fault.status)
