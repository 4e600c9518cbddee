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

__all__ = ["address", "page", "refusal", "root"]

_PREFIX = "/followup"
_API = "/api/"
_CODES = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    422: "not-calibrated",
    429: "too-many-requests",
    500: "server-fault",
    503: "unavailable",
}


def root(request: web.Request) -> str:
    """Return what the paths of this request begin with."""
    return _PREFIX if request.path.startswith(f"{_PREFIX}/") else ""


def address(request: web.Request) -> str:
    """Return the address of this server, as the client called it."""
    return f"{request.scheme}://{request.host}{root(request)}"


async def _reader_if_known(request: web.Request) -> "KnownObserver | None":
    """Return who is logged in; nobody, where the store does not answer."""
    try:
        return await reader(request)
    except (PyMongoError, RefusalError):
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
    context = {
        "root": root(request),
        "address": address(request),
        "observer": await reader(request),
        **content,
    }
    return aiohttp_jinja2.render_template(template, request, context, status=status)


async def refusal(request: web.Request, fault: RefusalError) -> web.Response:
    """Return why a request is not served, in the form the client understands."""
    if request.path.removeprefix(root(request)).startswith(_API):
        answer = _problem(request, fault)
    elif _wants_page(request):
        answer = await _refusal_page(request, fault)
    else:
        answer = web.Response(text=str(fault), status=fault.status)
    if fault.wait is not None:
        answer.headers["Retry-After"] = str(fault.wait)
    return answer


def _problem(request: web.Request, fault: RefusalError) -> web.Response:
    """Return problem details by RFC 9457."""
    code = _CODES.get(fault.status, "refused")
    problem = {
        "type": f"{address(request)}/help#{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": fault.status,
        "detail": str(fault),
        "code": code,
        "hint": fault.hint,
    }
    if fault.job:
        problem["job"] = f"{address(request)}/api/v1/jobs/{fault.job}"
    return web.json_response(
        problem, status=fault.status, content_type="application/problem+json"
    )


async def _refusal_page(request: web.Request, fault: RefusalError) -> web.Response:
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
