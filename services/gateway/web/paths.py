"""Where a request came from, and how its client calls this server."""

from aiohttp import hdrs, web

from services.gateway.domain.proxies import asker
from services.gateway.web.keys import DESK

__all__ = ["address", "came_from", "is_api", "is_secure", "origin", "root"]

_PREFIX = "/followup"
_API = "/api/"
_SECURE = "https://"


def root(request: web.Request) -> str:
    """Return what the paths of this request begin with."""
    return _PREFIX if request.path.startswith(f"{_PREFIX}/") else ""


def is_api(request: web.Request) -> bool:
    """Tell whether a program asks, by the API."""
    return request.path.removeprefix(root(request)).startswith(_API)


def origin(request: web.Request) -> str:
    """Return scheme and host of this server, as the operator or the client says."""
    public = request.app[DESK].settings.public_url
    return public.rstrip("/") or f"{request.scheme}://{request.host}"


def address(request: web.Request) -> str:
    """Return the address of this server, as the client called it."""
    return origin(request) + root(request)


def is_secure(request: web.Request) -> bool:
    """Tell whether the client speaks to us, or to a proxy before us, by TLS."""
    return origin(request).startswith(_SECURE)


def came_from(request: web.Request) -> str:
    """Return the address of who asks, behind the proxies that are ours."""
    lines = request.headers.getall(hdrs.X_FORWARDED_FOR, [])
    forwarded = [hop.strip() for line in lines for hop in line.split(",")]
    trusted = request.app[DESK].settings.trusted_proxies
    return asker(request.remote or "", forwarded, trusted)
