"""What a broker must do for us, whichever broker it is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, Self
from uuid import UUID, uuid5

from shared.contracts.base import Event
from shared.messaging.wire import encoded

__all__ = [
    "LARGEST_MESSAGE",
    "SILENT",
    "TOO_LARGE",
    "DeadLetter",
    "Envelope",
    "Failed",
    "Handled",
    "MessageTooLargeError",
    "OnDeadLetter",
    "OnMessage",
    "OnOverheard",
    "Outcome",
    "RetryAfter",
    "Transport",
]


LARGEST_MESSAGE = 100_000_000
"""[bytes] Well below what the broker is told to take."""


TOO_LARGE = "too large"
"""How the reason of a dead letter begins whose effect no broker would take."""
SILENT = "does not confirm"
"""What is said of a queue that is there and yet keeps nothing."""


class MessageTooLargeError(Exception):
    """No broker would take this message, however often it is tried."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """An event on the wire, with what the broker keeps beside it.

    Attributes
    ----------
    id
        The same event has the same id, however often it is delivered.
    correlation_id
        The person's request or stream packet at the root of it all.
    type
        The event's key.
    attempt
        How often handling it has failed already.
    """

    id: UUID
    correlation_id: UUID
    type: str
    routing_key: str
    body: bytes
    timestamp: datetime
    attempt: int = 0

    @classmethod
    def of(cls, event: Event, *, id: UUID, correlation_id: UUID | None = None) -> Self:
        """Put an event that nothing but a person or a stream caused on the wire.

        Raises
        ------
        MessageTooLargeError
            The event does not fit into a message.
        """
        body = encoded(event)
        if len(body) > LARGEST_MESSAGE:
            raise MessageTooLargeError(f"{event.key} of {len(body)} bytes")
        return cls(
            id=id,
            correlation_id=correlation_id or id,
            type=event.key,
            routing_key=event.routing_key(),
            body=body,
            timestamp=datetime.now(UTC),
        )

    def causes(
        self, events: Sequence[Event], before: Sequence[Event] = ()
    ) -> list["Envelope"]:
        """Put the events this one caused on the wire, always under the same ids.

        ``before`` are those it caused that are on the wire already.
        """
        names = [event.key for event in (*before, *events)]
        places = range(len(before), len(names))
        nth = [names[:place].count(names[place]) for place in places]
        return [
            Envelope.of(
                event,
                id=uuid5(self.id, event.key if n == 0 else f"{event.key}#{n}"),
                correlation_id=self.correlation_id,
            )
            for event, n in zip(events, nth, strict=True)
        ]

    def again(self, *, counted: bool = True) -> "Envelope":
        """Return the envelope as it goes round once more."""
        return replace(self, attempt=self.attempt + counted)


@dataclass(frozen=True)
class Handled:
    """The message did its work and can be forgotten."""


@dataclass(frozen=True)
class RetryAfter:
    """A transient fault: deliver the message again later."""

    delay: float
    reason: str
    counted: bool = True
    """Whether it is one of the message's tries; not, where the fault is elsewhere."""


@dataclass(frozen=True)
class Failed:
    """The message cannot be handled: keep it among the dead letters."""

    reason: str


Outcome = Handled | RetryAfter | Failed
OnMessage = Callable[[Envelope], Awaitable[Outcome]]


@dataclass(frozen=True)
class DeadLetter:
    """A message nobody could handle, and why."""

    queue: str
    envelope: Envelope
    reason: str


OnDeadLetter = Callable[[DeadLetter], Awaitable[None]]
OnOverheard = Callable[[Envelope], Awaitable[None]]


class Transport(Protocol):
    """A broker with durable queues, confirms, delayed redelivery, dead letters."""

    async def publish(self, envelope: Envelope) -> None:
        """Return once the broker keeps the message; try for ever until it does."""

    async def hand(self, envelope: Envelope, queue: str) -> None:
        """Put a message into one queue alone, which keeps it when this returns."""

    async def consume(
        self, queue: str, on_message: OnMessage, at_once: int | None = None
    ) -> None:
        """Hand each message of a queue over, and settle it by the outcome.

        ``at_once`` tells how many may be in hand, where that is not as usual.
        """

    async def consume_dead(self, on_letter: OnDeadLetter) -> None:
        """Hand a copy of each new dead letter over, of whichever queue."""

    async def overhear(self, on_overheard: OnOverheard) -> None:
        """Tell a listener of each broadcast message from now on, whoever said it."""

    async def drain(self, within: float) -> None:
        """Take no more messages and let those in hand finish, for some seconds."""

    async def troubles(self) -> list[str]:
        """Return why it cannot be used now; nothing where every queue serves."""

    async def dead_letters(self) -> list[DeadLetter]:
        """Return copies of the dead letters of all queues, oldest first."""

    async def replay(self, message_id: UUID) -> int:
        """Put dead letters of an id back where they died; return how many."""

    async def drop(self, message_id: UUID) -> int:
        """Forget the dead letters of an id; return how many there were."""

    async def close(self) -> None:
        """Let go of the broker."""
