"""Gives every request a clear answer, and every answer its safety headers."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from pymongo.errors import PyMongoError

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.doors import Stage
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.pace import paced
from services.gateway.web.paths import came_from
from services.gateway.web.respond import refusal
from services.gateway.web.route import Answer
from services.gateway.web.seen import seen

__all__ = ["answered", "made_safe", "turned_down"]

_log = structlog.get_logger()
_BEGUN = web.RequestKey("begun", bool)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


async def made_safe(request: web.Request, answer: web.StreamResponse) -> None:
    """Give every answer its safety headers, just before it is sent."""
    request[_BEGUN] = True
    for name, text in _HEADERS.items():
        answer.headers.setdefault(name, text)


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a path raises into an answer, unless one has begun."""
    async with seen(request) as one:
        with request.app[DESK].doors.at(Stage.READING, request.transport):
            answer = await _answer(request, handler)
        one.status = answer.status
        if isinstance(answer, web.HTTPException):
            raise answer
        return answer


async def _answer(
    request: web.Request, handler: Handler
) -> web.StreamResponse | web.HTTPException:
    """Return the answer, or that what is asked for is elsewhere."""
    try:
        await paced(request, "request", came_from(request))
        return await handler(request)
    except web.HTTPException as fault:
        if fault.status < web.HTTPBadRequest.status_code:
            return fault
        return await _refused(request, fault)
    except Exception as fault:  # noqa: BLE001 - every request gets an answer
        return await turned_down(request, fault)


async def turned_down(
    request: web.Request,
    fault: Exception,
    form: Form | None = None,
    again: Answer | None = None,
) -> web.StreamResponse:
    """Return the answer to a request that failed; none where one has begun.

    ``again`` shows people their form again, with what was typed.

    A second answer would stand inside the first: the connection is closed instead.
    """
    if request.get(_BEGUN):
        _log.error("answer.broken", path=request.path, reason=repr(fault))
        if request.transport is not None:
            request.transport.abort()
        raise fault
    return await refusal(request, _as_refusal(request, fault), form or Form(), again)


async def _refused(
    request: web.Request, fault: web.HTTPException
) -> web.StreamResponse:
    answer = await refusal(
        request, RefusalError(fault.status, f"{fault.reason}."), Form()
    )
    if "Allow" in fault.headers:
        answer.headers["Allow"] = fault.headers["Allow"]
    return answer


def _as_refusal(request: web.Request, fault: Exception) -> RefusalError:
    if isinstance(fault, RefusalError):
        return fault
    if isinstance(fault, PyMongoError):
        _log.warning("store.silent", path=request.path, reason=repr(fault))
        sentence = "The server cannot reach its store: try again in a minute."
        return RefusalError(503, sentence, wait=60)
    _log.error("request.failed", path=request.path, reason=repr(fault), exc_info=fault)
    return RefusalError(500, "The server made a mistake; it is written in its log.")
