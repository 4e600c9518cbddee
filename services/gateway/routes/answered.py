"""Gives every request a clear answer, and every answer its safety headers."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from pymongo.errors import PyMongoError

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.pace import paced
from services.gateway.routes.respond import refusal

__all__ = ["answered", "made_safe"]

_log = structlog.get_logger()
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


async def made_safe(_: web.Request, answer: web.StreamResponse) -> None:
    """Give every answer its safety headers, just before it is sent."""
    for name, text in _HEADERS.items():
        answer.headers.setdefault(name, text)


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a route raises into an answer."""
    try:
        await paced(request, "request", request.remote or "")
        answer = await handler(request)
    except web.HTTPException as fault:
        if fault.status < web.HTTPBadRequest.status_code:
            raise
        answer = await refusal(request, RefusalError(fault.status, f"{fault.reason}."))
        if "Allow" in fault.headers:
            answer.headers["Allow"] = fault.headers["Allow"]
    except Exception as fault:  # noqa: BLE001 - every request gets an answer
        answer = await refusal(request, _as_refusal(request, fault))
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
