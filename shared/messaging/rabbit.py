"""RabbitMQ: confirms, quorum queues, delayed redelivery, dead letters.

This file and those named ``rabbit_…`` beside it are the only ones that know AMQP.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Self
from uuid import UUID

import aio_pika
import structlog
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from shared.messaging.rabbit_connection import TRANSIENT, Opened, opened
from shared.messaging.rabbit_letters import letters_of, take_letters
from shared.messaging.rabbit_message import (
    deliveries_of,
    envelope_of,
    message_of,
    queue_of,
    reason_of,
)
from shared.messaging.topology import BROADCAST_STREAM, DEAD_LETTERS
from shared.messaging.transport import (
    SILENT,
    DeadLetter,
    Envelope,
    Failed,
    Handled,
    OnDeadLetter,
    OnMessage,
    OnOverheard,
    Outcome,
    RetryAfter,
)
from shared.settings import ServiceSettings

__all__ = ["RabbitTransport", "speaking"]

_log = structlog.get_logger()

_PROBE = "probe"
_OFFSET = "x-stream-offset"
_MOST_DELIVERIES = 5
_CONFIRM_TIMEOUT = 10.0
_CLOSE_TIMEOUT = 2.0
_LONGEST_PAUSE = 5.0


class RabbitTransport:
    """One connection of one process; it reconnects for ever."""

    def __init__(self, opened: Opened) -> None:
        self._connection = opened.connection
        self._incoming = opened.incoming
        self._exchanges = opened.exchanges
        self._others = opened.others
        self._consumers: dict[str, tuple[Any, str]] = {}
        self._serving: set[str] = set()
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._connection.reconnect_callbacks.add(self._forget_serving)

    @classmethod
    async def connect(cls, settings: ServiceSettings) -> Self:
        """Return a transport once the broker is there and its queues declared."""
        return cls(await opened(settings))

    async def publish(self, envelope: Envelope) -> None:
        """Return once the broker keeps the message; try for ever until it does."""
        await self._confirmed(
            self._exchanges.events, message_of(envelope), envelope.routing_key
        )

    async def hand(self, envelope: Envelope, queue: str) -> None:
        """Put a message into one queue alone; return once that keeps it."""
        await self._confirmed(self._exchanges.default, message_of(envelope), queue)

    async def _confirmed(
        self, exchange: AbstractExchange, message: aio_pika.Message, key: str
    ) -> None:
        pause = 0.1
        while True:
            try:
                await exchange.publish(message, key, timeout=_CONFIRM_TIMEOUT)
            except asyncio.CancelledError:
                self._serving.clear()  # whoever asked gave up: is anybody there?
                raise
            except TRANSIENT as fault:
                self._serving.clear()
                _log.warning("publish.retried", key=key, reason=repr(fault))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return

    async def consume(
        self, queue: str, on_message: OnMessage, at_once: int | None = None
    ) -> None:
        """Hand each message of a queue over, and settle it by the outcome."""

        async def take(message: AbstractIncomingMessage) -> None:
            outcome = await self._outcome(message, on_message)
            await self._settle(message, queue, outcome)

        await self._listen(queue, take, at_once)

    async def consume_dead(self, on_letter: OnDeadLetter) -> None:
        """Hand a copy of each new dead letter over, of whichever queue."""

        async def take(message: AbstractIncomingMessage) -> None:
            if message.type != _PROBE:
                envelope = envelope_of(message)
                queue = queue_of(message)
                await on_letter(DeadLetter(queue, envelope, reason_of(message)))
            with suppress(*CONNECTION_EXCEPTIONS):  # then it is delivered again
                await message.ack()

        await self._listen(DEAD_LETTERS, take)

    async def overhear(self, on_overheard: OnOverheard) -> None:
        """Tell a listener of each broadcast message from now on, whoever said it.

        A connection that was lost goes on after the last one that was heard.
        """
        arguments: dict[str, Any] = {_OFFSET: "next"}

        async def take(message: AbstractIncomingMessage) -> None:
            arguments[_OFFSET] = int(str(message.headers[_OFFSET])) + 1
            await on_overheard(envelope_of(message))
            with suppress(*CONNECTION_EXCEPTIONS):  # it is not told again
                await message.ack()

        source = await self._incoming.get_queue(BROADCAST_STREAM)
        await source.consume(take, arguments=arguments)

    async def _listen(
        self,
        queue: str,
        take: Callable[[AbstractIncomingMessage], Awaitable[None]],
        at_once: int | None = None,
    ) -> None:
        async def counted(message: AbstractIncomingMessage) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._in_hand.add(task)
                task.add_done_callback(self._in_hand.discard)
            await take(message)

        incoming = self._incoming
        if at_once is not None:  # a channel has one count, and keeps it for ever
            incoming = await self._connection.channel()
            await incoming.set_qos(prefetch_count=at_once)
        source = await incoming.get_queue(queue)
        self._consumers[queue] = (source, await source.consume(counted))

    async def _outcome(
        self, message: AbstractIncomingMessage, on_message: OnMessage
    ) -> Outcome:
        if message.type == _PROBE:
            return Handled()
        deliveries = deliveries_of(message)
        if deliveries >= _MOST_DELIVERIES:
            return Failed(f"whoever had it died, {deliveries} times")
        return await on_message(envelope_of(message))

    async def _settle(
        self, message: AbstractIncomingMessage, queue: str, outcome: Outcome
    ) -> None:
        envelope = envelope_of(message)
        match outcome:
            case RetryAfter(delay, reason, counted):
                again = message_of(envelope.again(counted=counted), reason)
                await self._confirmed(self._exchanges.retry[delay], again, queue)
            case Failed(reason):
                dead = message_of(envelope, reason)
                await self._confirmed(self._exchanges.dead, dead, queue)
            case Handled():
                pass
        with suppress(*CONNECTION_EXCEPTIONS):  # then it is delivered again
            await message.ack()

    async def drain(self, within: float) -> None:
        """Take no more messages and let those in hand finish, for some seconds."""
        with suppress(*TRANSIENT):
            async with asyncio.timeout(within):
                for source, tag in self._consumers.values():
                    await source.cancel(tag)
        if self._in_hand:
            await asyncio.wait(set(self._in_hand), timeout=within)

    async def troubles(self) -> list[str]:
        """Return why it cannot be used now; nothing where every queue serves.

        A queue may exist and yet be wedged after its broker was killed, or out of
        disk. So each must confirm a probe once for every connection, and again after
        anything that was published was not confirmed in time.
        """
        if not self._connection.connected.is_set():
            return ["the broker is out of reach"]
        for queue in self._consumers.keys() - self._serving:
            if not await self._serves(queue):
                return [f"the queue {queue} {SILENT}"]
            self._serving.add(queue)
        return []

    def warnings(self) -> list[str]:
        """Return which queues are laid out as another version wants them."""
        if not self._others:
            return []
        first, more = self._others[0], len(self._others) - 1
        which = f"the queue {first}" + (f" and {more} more" if more else "")
        return [f"of another version: {which}: 'cpcs-server doctor' renews them"]

    async def _serves(self, queue: str) -> bool:
        probe = aio_pika.Message(b"", type=_PROBE)
        try:
            await self._exchanges.default.publish(probe, queue, timeout=5)
        except TRANSIENT as fault:
            _log.warning("queue.silent", queue=queue, reason=repr(fault))
            return False
        return True

    def _forget_serving(self, *_: object) -> None:
        self._serving.clear()

    async def dead_letters(self) -> list[DeadLetter]:
        """Return copies of the dead letters of all queues, oldest first."""
        return await letters_of(self._connection)

    async def replay(self, message_id: UUID) -> int:
        """Put dead letters of an id back where they died; return how many."""

        async def back(envelope: Envelope, queue: str) -> None:
            default = self._exchanges.default
            await self._confirmed(default, message_of(envelope), queue)

        return await take_letters(self._connection, message_id, back)

    async def drop(self, message_id: UUID) -> int:
        """Forget the dead letters of an id; return how many there were."""
        return await take_letters(self._connection, message_id)

    async def close(self) -> None:
        """Let go of the broker, even of one that no longer answers."""
        with suppress(*TRANSIENT):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._connection.close()


@asynccontextmanager
async def speaking(settings: ServiceSettings) -> AsyncIterator[RabbitTransport]:
    """Be connected while the block runs."""
    transport = await RabbitTransport.connect(settings)
    try:
        yield transport
    finally:
        await transport.close()
