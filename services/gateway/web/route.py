"""One path of the web site: who may ask for it, and who answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from services.gateway.domain.roles import Role
from services.gateway.web.form import Form

__all__ = ["PACKET_LIMIT", "Answer", "Route", "data", "get", "post"]

Answer = Callable[[web.Request, Any, Form], Awaitable[web.StreamResponse]]
"""Answers a request, given who asks (a ``KnownObserver``) and the form.

The site has checked the role by then, and read and bounded the form.
"""

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
    again
        Shows the form again to people, with what was typed and why it is refused.
    is_data
        Whether the operator may open it to all (``CPCS_OPEN_DATA``).
    takes_document
        Whether a body that is no multipart form is one document.
    """

    method: str
    path: str
    answer: Answer
    role: Role
    limit: int | None = _SMALL
    takes_document: bool = False
    is_data: bool = False
    again: Answer | None = None

    def role_here(self, *, open_data: bool) -> Role:
        """Return the least role that may ask, as the operator has set it."""
        return Role.ANYBODY if self.is_data and open_data else self.role

    @property
    def about(self) -> str:
        """What it does, in a sentence."""
        return (self.answer.__doc__ or "").partition("\n")[0]

    @property
    def changes(self) -> bool:
        """Whether it changes something: then a cookie alone is not enough."""
        return self.method != "GET"


def get(path: str, answer: Answer, role: Role) -> Route:
    """Return a route that shows something."""
    return Route("GET", path, answer, role)


def data(path: str, answer: Answer) -> Route:
    """Return a route to data, for observers unless the operator opens it to all."""
    return Route("GET", path, answer, Role.OBSERVER, is_data=True)


def post(
    path: str,
    answer: Answer,
    role: Role,
    *,
    limit: int | None = _SMALL,
    again: Answer | None = None,
) -> Route:
    """Return a route that changes something."""
    return Route("POST", path, answer, role, limit, again=again)
