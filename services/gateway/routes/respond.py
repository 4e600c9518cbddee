"""How the gateway answers: a page for people, JSON or a sentence for scripts."""

from typing import TYPE_CHECKING, Any

import aiohttp_jinja2
from aiohttp import web
from pymongo.errors import PyMongoError

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.guard import reader
from services.gateway.routes.intake import PLAIN

if TYPE_CHECKING:
    from services.gateway.store.observers import KnownObserver

__all__ = ["page", "refusal", "root"]

_PREFIX = "/followup"


def root(request: web.Request) -> str:
    """Return what the paths of this request begin with."""
    return _PREFIX if request.path.startswith(_PREFIX) else ""


async def _reader_if_known(request: web.Request) -> "KnownObserver | None":
    """Return who is logged in; nobody, where the store does not answer."""
    try:
        return await reader(request)
    except PyMongoError:
        return None


def _wants_page(request: web.Request) -> bool:
    """Tell whether a browser is asking, not a script."""
    if request.get(PLAIN) or request.query.get("format") == "json":
        return False
    return "text/html" in request.headers.get("Accept", "")


async def page(
    request: web.Request, template: str, status: int = 200, **content: Any
) -> web.Response:
    """Return a page, with the name of whoever is logged in."""
    context = {"root": root(request), "observer": await reader(request), **content}
    return aiohttp_jinja2.render_template(template, request, context, status=status)


async def refusal(request: web.Request, fault: RefusalError) -> web.Response:
    """Return why a request is not served: plain text, or a page for a browser."""
    if not _wants_page(request):
        return web.Response(text=str(fault), status=fault.status)
    context = {
        "root": root(request),
        "observer": await _reader_if_known(request),
        "sentence": str(fault),
        "hint": fault.hint,
        "job": fault.job,
    }
    return aiohttp_jinja2.render_template(
        "refused.html", request, context, status=fault.status
    )
