"""One path of the web site: who may ask for it, and who answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from services.gateway.domain.roles import Role

__all__ = ["PACKET_LIMIT", "ROUTE", "Route", "delete", "get", "post"]

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SMALL = 10_000
PACKET_LIMIT = 1 << 20
"""A packet of an alert stream may have so many bytes."""


@dataclass(frozen=True)
class Route:
    """A path with its answer, for a role and all above it.

    Attributes
    ----------
    limit
        Longest body [bytes]; ``None``: as long as an upload may be.
    takes_document
        Whether a body that is no multipart form is one document.
    """

    method: str
    path: str
    answer: Answer
    role: Role
    limit: int | None = _SMALL
    takes_document: bool = False

    @property
    def about(self) -> str:
        """What it does, in a sentence."""
        return (self.answer.__doc__ or "").partition("\n")[0]


ROUTE = web.RequestKey("route", Route)
"""The route that answers a request."""


def get(path: str, answer: Answer, role: Role = Role.ANYBODY) -> Route:
    """Return a route that shows something."""
    return Route("GET", path, answer, role)


def post(
    path: str, answer: Answer, role: Role = Role.UPLOADER, limit: int | None = _SMALL
) -> Route:
    """Return a route that changes something."""
    return Route("POST", path, answer, role, limit)


def delete(path: str, answer: Answer, role: Role = Role.UPLOADER) -> Route:
    """Return a route that takes something away."""
    return Route("DELETE", path, answer, role)
