"""How the gateway answers: a page for people, JSON or a sentence for scripts."""

from dataclasses import replace
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from pymongo.errors import PyMongoError

from services.gateway.domain.refusal import RefusalError
from services.gateway.store.observers import NOBODY, KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.guard import reader
from services.gateway.web.paths import address, is_api, root
from services.gateway.web.route import Answer

__all__ = ["NO_STORE", "page", "refusal", "wants_page"]

NO_STORE = {"Cache-Control": "no-store"}
"""For an answer that shows a secret, and shows it once."""

_CODES = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    422: "not-calibrated",
    429: "too-many-requests",
    500: "server-fault",
    503: "unavailable",
}
_UNKNOWN = 401
_CHALLENGE = 'Bearer realm="hashtag"'
_CLOSING = {408, 413}
"""The rest of such a body is not waited for."""


def wants_page(request: web.Request, form: Form) -> bool:
    """Tell whether a browser is asking, not a script."""
    if form.plain or request.query.get("format") == "json":
        return False
    return "text/html" in request.headers.get("Accept", "")


async def page(
    request: web.Request,
    observer: KnownObserver,
    template: str,
    status: int = 200,
    **content: Any,
) -> web.Response:
    """Return a page, with the name of whoever is logged in."""
    if not observer.known:  # a page for anybody: who looks at it may be somebody
        observer = await reader(request)
    return _rendered(request, observer, template, status, content)


def _rendered(
    request: web.Request,
    observer: KnownObserver,
    template: str,
    status: int,
    content: dict[str, Any],
) -> web.Response:
    where = {
        "root": root(request),
        "address": address(request),
        "here": _here(request),
        "observer": observer,
    }
    return aiohttp_jinja2.render_template(
        template, request, where | content, status=status
    )


def _here(request: web.Request) -> str:
    """Return what was asked for, for a way back; never with a secret."""
    asked = request.path if "hashtag" in request.query else request.path_qs
    return asked.removeprefix(root(request))


async def refusal(
    request: web.Request,
    fault: RefusalError,
    form: Form,
    again: Answer | None = None,
) -> web.StreamResponse:
    """Return why a request is not served, in the form the client understands."""
    answer: web.StreamResponse
    if is_api(request):
        answer = _problem(request, fault)
    elif wants_page(request, form):
        answer = await _refusal_page(request, fault, form, again)
    else:
        answer = web.Response(text=str(fault), status=fault.status)
    if fault.status == _UNKNOWN:
        answer.headers["WWW-Authenticate"] = _CHALLENGE
    if fault.job:
        answer.headers["Link"] = f'<{address(request)}/job/{fault.job}>; rel="related"'
    if fault.wait is not None:
        answer.headers["Retry-After"] = str(fault.wait)
    if fault.status in _CLOSING:
        answer.force_close()
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


async def _refusal_page(
    request: web.Request, fault: RefusalError, form: Form, again: Answer | None
) -> web.StreamResponse:
    try:
        observer = await reader(request)
        if again is not None:
            typed = replace(form, file=None, refused=fault)
            return await again(request, observer, typed)
    except (PyMongoError, RefusalError):  # one refusal is enough
        observer = NOBODY
    told = {"sentence": str(fault), "hint": fault.hint, "job": fault.job}
    told |= {"back": _here(request) if request.method == "GET" else ""}
    return _rendered(
        request, observer, "refused.html", fault.status, told | {"status": fault.status}
    )
