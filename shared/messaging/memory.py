"""The broker's in-memory twin: the same behaviour, for tests without a broker."""

import asyncio
from collections import defaultdict
from fnmatch import fnmatchcase
from uuid import UUID

from shared.messaging.topology import BROADCAST, PUBLIC_STREAM_BINDINGS, queues
from shared.messaging.transport import (
    DeadLetter,
    Envelope,
    Failed,
    Handled,
    OnDeadLetter,
    OnMessage,
    OnOverheard,
    RetryAfter,
)

__all__ = ["MemoryTransport"]


class MemoryTransport:
    """Queues in this process; delayed messages wait until the queues run dry."""

    def __init__(self) -> None:
        self.stream: list[Envelope] = []
        self._waiting: dict[str, list[Envelope]] = defaultdict(list)
        self._delayed: list[tuple[str, Envelope]] = []
        self._dead: list[DeadLetter] = []
        self._consumers: dict[str, OnMessage] = {}
        self._on_letter: OnDeadLetter | None = None
        self._listeners: list[OnOverheard] = []
        self._draining = False

    async def publish(self, envelope: Envelope) -> None:
        """Put the message into every queue that is bound to its key."""
        for queue, event in queues():
            if event.key == envelope.type:
                self._waiting[queue].append(envelope)
        if any(
            fnmatchcase(envelope.routing_key, one) for one in PUBLIC_STREAM_BINDINGS
        ):
            self.stream.append(envelope)
        if any(envelope.type == event.key for event in BROADCAST):
            for listener in self._listeners:
                await listener(envelope)

    async def hand(self, envelope: Envelope, queue: str) -> None:
        """Put the message into one queue alone."""
        self._waiting[queue].append(envelope)

    async def consume(
        self,
        queue: str,
        on_message: OnMessage,
        at_once: int | None = None,  # noqa: ARG002 - here it is always one
    ) -> None:
        """Let a handler take the messages of a queue when the queues are worked."""
        self._consumers[queue] = on_message

    async def consume_dead(self, on_letter: OnDeadLetter) -> None:
        """Tell a listener of each new dead letter."""
        self._on_letter = on_letter

    async def overhear(self, on_overheard: OnOverheard) -> None:
        """Tell a listener of each broadcast message from now on."""
        self._listeners.append(on_overheard)

    async def work(self) -> None:
        """Deliver everything, and what that causes, until nothing is left to do."""
        while not self._draining and (queue := self._next_queue()):
            await self._deliver(queue, self._waiting[queue].pop(0))

    def _next_queue(self) -> str | None:
        ready = [name for name in self._consumers if self._waiting[name]]
        if not ready and self._delayed:
            for queue, envelope in self._delayed:
                self._waiting[queue].append(envelope)
            self._delayed.clear()
            return self._next_queue()
        return ready[0] if ready else None

    async def _deliver(self, queue: str, envelope: Envelope) -> None:
        match await self._consumers[queue](envelope):
            case RetryAfter(counted=counted):
                self._delayed.append((queue, envelope.again(counted=counted)))
            case Failed(reason):
                letter = DeadLetter(queue, envelope, reason)
                self._dead.append(letter)
                if self._on_letter is not None:
                    await self._on_letter(letter)
            case Handled():
                await asyncio.sleep(0)

    async def drain(self, within: float) -> None:  # noqa: ARG002 - nothing is in hand
        """Take no more messages."""
        self._draining = True

    async def troubles(self) -> list[str]:
        """Return why no messages are taken, if so."""
        return ["it is stopping"] if self._draining else []

    async def dead_letters(self) -> list[DeadLetter]:
        """Return the dead letters, oldest first."""
        return list(self._dead)

    async def replay(self, message_id: UUID) -> int:
        """Put dead letters of an id back where they died; return how many."""
        taken = self._take(message_id)
        for letter in taken:
            self._waiting[letter.queue].append(letter.envelope)
        return len(taken)

    async def drop(self, message_id: UUID) -> int:
        """Forget the dead letters of an id; return how many there were."""
        return len(self._take(message_id))

    def _take(self, message_id: UUID) -> list[DeadLetter]:
        taken = [letter for letter in self._dead if letter.envelope.id == message_id]
        self._dead = [letter for letter in self._dead if letter not in taken]
        return taken

    async def close(self) -> None:
        """Let go; the messages stay for the test to look at."""
