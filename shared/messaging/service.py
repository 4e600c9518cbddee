"""What a service is to the messaging: what it hears, and what it says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.base import Event
from shared.messaging.topology import speaker
from shared.messaging.transport import OnDeadLetter

__all__ = [
    "Alongside",
    "Caused",
    "First",
    "Handler",
    "Overhear",
    "Prepare",
    "Publish",
    "Ready",
    "Service",
]


@dataclass(frozen=True)
class First:
    """Events that somebody waits for, and what is done once they are said.

    Where that fails for good, or the process dies in between, the message is handled
    anew and all is said once more, so that doing either twice must do no harm.

    Attributes
    ----------
    then
        Does the rest, and returns what else is to be said.
    """

    said: Sequence[Event]
    then: Callable[[], Awaitable[Sequence[Event]]]


Caused = Sequence[Event] | First

Handler = Callable[[Any], Awaitable[Caused]]
"""A plain function: an event in, the events it causes out."""

Overhear = Callable[[Event], Awaitable[None]]
"""Lets somebody outside hear of an event; there is no second chance."""

Ready = Callable[[], Awaitable[bool]]
"""Tells whether something the service leans on can be used now."""


class Publish(Protocol):
    """Say an event that nobody's message caused: a person's request."""

    async def __call__(
        self, event: Event, *, id: UUID, correlation_id: UUID | None = None
    ) -> None:
        """Return once the broker has confirmed that it keeps the event."""


Prepare = Callable[[], Awaitable[None]]
"""What makes a store fit for use; doing it twice does no harm."""

Alongside = Callable[[Publish], AbstractAsyncContextManager[None]]
"""What lives as long as the service does, such as its web site."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service, as the runner needs to know it.

    Attributes
    ----------
    hears
        The handler of each event the service listens to.
    prepare
        What to do before anything else, again until it works: indexes, first rows.
    alongside
        What to keep open while it runs.
    ready
        Whether its own store answers.
    away
        Whether a fault is its own store's: then it waits until the store is back.
    longest
        How long [s] a message may be in hand; longer, and the service is not ready.
    hears_dead
        What to do about a message, of whichever service, that nobody could handle.
    overhears
        What every process does about what is broadcast, whichever process said it.
    warnings
        What an operator should look at, though the service works.
    """

    name: str
    hears: Mapping[type[Event], Handler]
    prepare: Sequence[Prepare] = field(default=())
    alongside: Sequence[Alongside] = field(default=())
    ready: Ready | None = None
    away: Callable[[Exception], bool] = lambda _: False
    longest: float = 300.0
    hears_dead: OnDeadLetter | None = None
    overhears: Overhear | None = None
    warnings: Callable[[], Sequence[str]] = tuple

    def may_say(self, event: type[Event]) -> bool:
        """Tell whether an event is this service's to say: a handler may return it."""
        return speaker(event) == self.name
