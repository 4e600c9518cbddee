"""The exchanges and queues of RabbitMQ, declared by every process alike.

An event goes to the topic exchange and from there into one quorum queue for each
service that hears it. A message that must wait goes through one queue for each
delay, which hands it back by its routing key, the name of the queue it came from
(a time limit on each message would block behind the longest). One that cannot be
handled ends in the dead-letter queue of its queue; a copy of each goes to the one
queue of whoever tells the people that wait.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed

from shared.contracts.base import Event
from shared.messaging.topology import (
    BROADCAST,
    BROADCAST_STREAM,
    DEAD_LETTERS,
    EXCHANGE,
    ONE_AT_A_TIME,
    PUBLIC_STREAM,
    PUBLIC_STREAM_BINDINGS,
    binding_key,
    queues,
)

__all__ = [
    "LOOKED_AT",
    "Exchanges",
    "Layout",
    "dead_queue",
    "declare",
    "delay_name",
    "differing",
    "layouts",
]

_DEAD = "cpcs.dead"
_DELIVERY_LIMIT = 10
_STREAM_BYTES = 10_000_000_000
_BROADCAST_BYTES = 100_000_000
_TOLD_BYTES = 1_000_000_000
_QUORUM: dict[str, Any] = {"x-queue-type": "quorum"}
LOOKED_AT: dict[str, Any] = {**_QUORUM, "x-delivery-limit": 1_000_000_000}
"""Of queues whose messages are looked at and put back: RabbitMQ 4 drops a message that
came back 20 times, unless it is told otherwise."""
_SAFE = {
    **_QUORUM,
    "x-overflow": "reject-publish",
    "x-dead-letter-strategy": "at-least-once",
}


@dataclass(frozen=True)
class Exchanges:
    """Where messages are published to."""

    events: AbstractExchange
    dead: AbstractExchange
    default: AbstractExchange
    retry: Mapping[float, AbstractExchange]


@dataclass(frozen=True)
class Layout:
    """A queue as this version of the server wants it.

    Attributes
    ----------
    arguments
        What RabbitMQ is asked for when it makes the queue, and never changes later.
    bound
        Exchanges and keys whose messages it gets.
    """

    name: str
    arguments: Mapping[str, Any]
    bound: tuple[tuple[str, str], ...] = ()

    @property
    def is_stream(self) -> bool:
        """Tell whether it keeps what was read."""
        return bool(self.arguments["x-queue-type"] == "stream")


def dead_queue(queue: str) -> str:
    """Return the name of the dead-letter queue of a queue."""
    return f"{queue}.dead"


def layouts(delays: Iterable[float]) -> Iterator[Layout]:
    """Yield every queue of the server, with so many delays [s]."""
    yield from map(_delayed, delays)
    for queue, event in queues():
        yield Layout(dead_queue(queue), LOOKED_AT, ((_DEAD, queue),))
        yield _heard(queue, event)
    told = {**LOOKED_AT, "x-max-length-bytes": _TOLD_BYTES}
    yield Layout(DEAD_LETTERS, told, tuple((_DEAD, name) for name, _ in queues()))
    yield _stream(PUBLIC_STREAM, PUBLIC_STREAM_BINDINGS, _STREAM_BYTES)
    broadcast = tuple(binding_key(event) for event in BROADCAST)
    yield _stream(BROADCAST_STREAM, broadcast, _BROADCAST_BYTES, _BROADCAST_BYTES // 5)


def _heard(name: str, event: type[Event]) -> Layout:
    arguments: dict[str, Any] = {
        **_SAFE,
        "x-dead-letter-exchange": _DEAD,
        "x-dead-letter-routing-key": name,
        "x-delivery-limit": _DELIVERY_LIMIT,
    }
    if event in ONE_AT_A_TIME:
        arguments["x-single-active-consumer"] = True
    return Layout(name, arguments, ((EXCHANGE, binding_key(event)),))


def _delayed(delay: float) -> Layout:
    arguments: dict[str, Any] = {
        **_SAFE,
        "x-dead-letter-exchange": "",
        "x-message-ttl": round(delay * 1000),
    }
    name = delay_name(delay)
    return Layout(name, arguments, ((name, ""),))


def delay_name(delay: float) -> str:
    """Return the name of the queue, and of its exchange, of a delay [s]."""
    return f"cpcs.retry.{delay:g}s"


def _stream(
    name: str, patterns: tuple[str, ...], size: int, segment: int | None = None
) -> Layout:
    """Return a stream of some bytes; it lets go of whole segments."""
    arguments: dict[str, Any] = {"x-queue-type": "stream", "x-max-length-bytes": size}
    if segment is not None:
        arguments["x-stream-max-segment-size-bytes"] = segment
    return Layout(name, arguments, tuple((EXCHANGE, pattern) for pattern in patterns))


async def declare(
    channel: AbstractChannel,
    delays: Collection[float],
    left_alone: Collection[str] = (),
) -> Exchanges:
    """Declare everything; whatever is there already stays as it is.

    Raises
    ------
    ChannelPreconditionFailed
        A queue that is not to be left alone has another layout: see ``differing``.
    """
    events = await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)
    dead = await channel.declare_exchange(_DEAD, ExchangeType.DIRECT, durable=True)
    retry = {
        delay: await channel.declare_exchange(
            delay_name(delay), ExchangeType.FANOUT, durable=True
        )
        for delay in delays
    }
    for layout in layouts(delays):
        queue = (
            await channel.get_queue(layout.name)
            if layout.name in left_alone
            else await channel.declare_queue(
                layout.name, durable=True, arguments=dict(layout.arguments)
            )
        )
        for exchange, key in layout.bound:
            await queue.bind(exchange, key)
    return Exchanges(events, dead, channel.default_exchange, retry)


async def differing(
    connection: AbstractConnection, delays: Collection[float]
) -> list[Layout]:
    """Return the queues that are there with another layout than this version's."""
    return [one for one in layouts(delays) if await _differs(connection, one)]


async def _differs(connection: AbstractConnection, layout: Layout) -> bool:
    async with connection.channel() as channel:
        try:
            await channel.declare_queue(layout.name, passive=True)
        except ChannelNotFoundEntity:
            return False
    async with connection.channel() as channel:
        try:
            await channel.declare_queue(
                layout.name, durable=True, arguments=dict(layout.arguments)
            )
        except ChannelPreconditionFailed:
            return True
    return False
