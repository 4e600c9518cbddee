"""Dead letters on RabbitMQ: looked at, and taken off their queues."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from aio_pika.abc import AbstractConnection, AbstractIncomingMessage

from shared.messaging.rabbit_message import envelope_of, reason_of
from shared.messaging.rabbit_topology import dead_queue
from shared.messaging.topology import queues
from shared.messaging.transport import DeadLetter, Envelope

__all__ = ["letters_of", "take_letters"]


async def letters_of(connection: AbstractConnection) -> list[DeadLetter]:
    """Return copies of the dead letters of all queues, oldest first."""
    letters = []
    for queue, _ in queues():
        async with _held(connection, queue) as messages:
            letters += [
                DeadLetter(queue, envelope_of(one), reason_of(one)) for one in messages
            ]
    return letters


async def take_letters(
    connection: AbstractConnection,
    message_id: UUID,
    first: Callable[[Envelope, str], Awaitable[None]] | None = None,
) -> int:
    """Take away the dead letters of an id, each handed over with its queue first.

    Returns
    -------
    int
        How many there were.
    """
    count = 0
    for queue, _ in queues():
        async with _held(connection, queue) as messages:
            for one in messages:
                if (envelope := envelope_of(one)).id == message_id:
                    if first is not None:
                        await first(envelope, queue)
                    await one.ack()
                    count += 1
    return count


@asynccontextmanager
async def _held(
    connection: AbstractConnection, queue: str
) -> AsyncIterator[list[AbstractIncomingMessage]]:
    """Hold the dead letters of a queue; those not acknowledged go back."""
    async with connection.channel() as channel:
        source = await channel.get_queue(dead_queue(queue))
        messages = []
        while message := await source.get(fail=False):
            messages.append(message)
        yield messages
