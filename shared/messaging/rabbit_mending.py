"""Queues of another version are made anew, and no message of theirs is lost.

What a queue was made with never changes, so that its messages are put aside, the queue
is made again, and they are put back. A kill at any moment leaves them in one of the two
queues, or in both: mending again goes on from there, and what comes twice is the same
message, which is handled once.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from aio_pika import Message
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractIncomingMessage,
    AbstractQueue,
)
from aio_pika.exceptions import ChannelNotFoundEntity

from shared.messaging.rabbit_message import DIED_IN
from shared.messaging.rabbit_topology import (
    LOOKED_AT,
    Layout,
    delay_name,
    differing,
    layouts,
)

__all__ = ["InUseError", "QueueState", "mend", "mended", "purge", "states"]

_ASIDE = ".aside"
_LOOK_EVERY = 0.2
_SLACK = 10.0


class InUseError(Exception):
    """A queue has listeners: it cannot be made anew under their feet."""


@dataclass(frozen=True)
class QueueState:
    """How many messages a queue holds, and how many processes take them."""

    name: str
    messages: int
    consumers: int
    is_stream: bool


async def states(
    connection: AbstractConnection, delays: Collection[float]
) -> list[QueueState]:
    """Return the state of every queue that is there, those put aside too."""
    found = []
    for layout in layouts(delays):
        for name in (layout.name, layout.name + _ASIDE):
            state = await _state(connection, name, is_stream=layout.is_stream)
            if state is not None:
                found.append(state)
    return found


async def _state(
    connection: AbstractConnection, name: str, *, is_stream: bool
) -> QueueState | None:
    async with connection.channel() as channel:
        try:
            queue = await channel.declare_queue(name, passive=True)
        except ChannelNotFoundEntity:
            return None
    told = queue.declaration_result
    return QueueState(
        name, told.message_count or 0, told.consumer_count or 0, is_stream=is_stream
    )


async def mended(
    connection: AbstractConnection, delays: Collection[float]
) -> dict[str, int]:
    """Make queues of another version anew; return how many messages each kept.

    A stream stays as it is: its readers know places in it.

    Raises
    ------
    InUseError
        Somebody listens to one of them.
    """
    others = {layout.name for layout in await differing(connection, delays)}
    found = await states(connection, delays)
    aside = {one.name for one in found}
    for one in found:
        if one.consumers and not one.is_stream:
            raise InUseError(one.name)
    await _until_nothing_returns(connection, delays)
    wrong = [
        layout
        for layout in layouts(delays)
        if not layout.is_stream
        and (layout.name in others or layout.name + _ASIDE in aside)
    ]
    return {layout.name: await mend(connection, layout) for layout in wrong}


async def _until_nothing_returns(
    connection: AbstractConnection, delays: Collection[float]
) -> None:
    """Wait until no message is on its way back to its queue from a delay.

    One whose queue is gone never comes back, and is not waited for.
    """
    names = {delay_name(delay) for delay in delays}
    loop = asyncio.get_running_loop()
    end = loop.time() + max(delays, default=0.0) + _SLACK
    while loop.time() < end:
        found = await states(connection, delays)
        if not any(one.messages for one in found if one.name in names):
            return
        await asyncio.sleep(_LOOK_EVERY)


async def mend(connection: AbstractConnection, layout: Layout) -> int:
    """Make one queue anew; return how many messages it holds now.

    Raises
    ------
    InUseError
        Somebody listens to it.
    """
    state = await _state(connection, layout.name, is_stream=False)
    if state is not None and state.consumers:
        raise InUseError(layout.name)
    async with connection.channel() as channel:
        aside = await channel.declare_queue(
            layout.name + _ASIDE, durable=True, arguments=dict(LOOKED_AT)
        )
        await _bind(aside, layout)
        if state is not None:
            old = await channel.get_queue(layout.name)
            await _unbind(old, layout)
            await _move(channel, old, aside.name)
            await _delete(old)
        renewed = await channel.declare_queue(
            layout.name, durable=True, arguments=dict(layout.arguments)
        )
        await _bind(renewed, layout)
        await _unbind(aside, layout)
        moved = await _move(channel, aside, layout.name)
        await _delete(aside)
        return moved


async def purge(connection: AbstractConnection, delays: Collection[float]) -> int:
    """Forget the messages of all queues but the streams; return how many."""
    count = 0
    for one in await states(connection, delays):
        if not one.is_stream:
            async with connection.channel() as channel:
                await (await channel.get_queue(one.name)).purge()
            count += one.messages
    return count


async def _delete(queue: AbstractQueue) -> None:
    """Delete a queue that was emptied: a quorum queue does not look for itself."""
    await queue.delete(if_unused=False, if_empty=False)


async def _bind(queue: AbstractQueue, layout: Layout) -> None:
    for exchange, key in layout.bound:
        await queue.bind(exchange, key)


async def _unbind(queue: AbstractQueue, layout: Layout) -> None:
    for exchange, key in layout.bound:
        await queue.unbind(exchange, key)


async def _move(channel: AbstractChannel, source: AbstractQueue, to: str) -> int:
    """Move all messages of a queue into another: kept there before they go here."""
    moved = 0
    while one := await source.get(fail=False):
        await channel.default_exchange.publish(_copy(one), to)
        await one.ack()
        moved += 1
    return moved


def _copy(one: AbstractIncomingMessage) -> Message:
    """Return a message with everything that it carries beside its body."""
    return Message(
        one.body,
        headers={DIED_IN: one.routing_key or "", **one.headers},
        content_type=one.content_type,
        delivery_mode=one.delivery_mode,
        message_id=one.message_id,
        correlation_id=one.correlation_id,
        type=one.type,
        timestamp=one.timestamp,
    )
