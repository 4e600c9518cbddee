"""What the path of a request tells of who asks."""

from aiohttp import web

__all__ = ["is_api", "root"]

_PREFIX = "/followup"
_API = "/api/"


def root(request: web.Request) -> str:
    """Return what the paths of this request begin with."""
    return _PREFIX if request.path.startswith(f"{_PREFIX}/") else ""


def is_api(request: web.Request) -> bool:
    """Tell whether a program asks, by the API."""
    return request.path.removeprefix(root(request)).startswith(_API)
