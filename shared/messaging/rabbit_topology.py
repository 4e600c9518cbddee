"""The exchanges and queues of RabbitMQ, declared by every process alike.

An event goes to the topic exchange and from there into one quorum queue for each
service that hears it. A message that must wait goes through one queue for each
delay, which hands it back by its routing key, the name of the queue it came from
(a time limit on each message would block behind the longest). One that cannot be
handled ends in the dead-letter queue of its queue; a copy of each goes to the one
queue of whoever tells the people that wait.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange

from shared.contracts.base import Event
from shared.messaging.topology import (
    DEAD_LETTERS,
    EXCHANGE,
    ONE_AT_A_TIME,
    PUBLIC_STREAM,
    PUBLIC_STREAM_BINDINGS,
    binding_key,
    queues,
)

__all__ = ["Exchanges", "dead_queue", "declare"]

_DEAD = "cpcs.dead"
_DELIVERY_LIMIT = 10
_STREAM_BYTES = 10_000_000_000
_TOLD_BYTES = 1_000_000_000
_SAFE = {
    "x-queue-type": "quorum",
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


def dead_queue(queue: str) -> str:
    """Return the name of the dead-letter queue of a queue."""
    return f"{queue}.dead"


async def declare(channel: AbstractChannel, delays: Iterable[float]) -> Exchanges:
    """Declare everything; whatever is there already stays as it is."""
    events = await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)
    dead = await channel.declare_exchange(_DEAD, ExchangeType.DIRECT, durable=True)
    retry = {delay: await _declare_delay(channel, delay) for delay in delays}
    for queue, event in queues():
        await _declare_queue(channel, queue, events, event, dead)
    await _declare_told(channel, dead)
    await _declare_stream(channel, events)
    return Exchanges(events, dead, channel.default_exchange, retry)


async def _declare_queue(
    channel: AbstractChannel,
    name: str,
    events: AbstractExchange,
    event: type[Event],
    dead: AbstractExchange,
) -> None:
    arguments: dict[str, Any] = {
        **_SAFE,
        "x-dead-letter-exchange": _DEAD,
        "x-dead-letter-routing-key": name,
        "x-delivery-limit": _DELIVERY_LIMIT,
    }
    if event in ONE_AT_A_TIME:
        arguments["x-single-active-consumer"] = True
    grave = await channel.declare_queue(
        dead_queue(name), durable=True, arguments={"x-queue-type": "quorum"}
    )
    await grave.bind(dead, name)
    queue = await channel.declare_queue(name, durable=True, arguments=arguments)
    await queue.bind(events, binding_key(event))


async def _declare_delay(channel: AbstractChannel, delay: float) -> AbstractExchange:
    name = f"cpcs.retry.{delay:g}s"
    exchange = await channel.declare_exchange(name, ExchangeType.FANOUT, durable=True)
    arguments: dict[str, Any] = {
        **_SAFE,
        "x-dead-letter-exchange": "",
        "x-message-ttl": round(delay * 1000),
    }
    queue = await channel.declare_queue(name, durable=True, arguments=arguments)
    await queue.bind(exchange)
    return exchange


async def _declare_told(channel: AbstractChannel, dead: AbstractExchange) -> None:
    arguments: dict[str, Any] = {
        "x-queue-type": "quorum",
        "x-max-length-bytes": _TOLD_BYTES,
    }
    told = await channel.declare_queue(DEAD_LETTERS, durable=True, arguments=arguments)
    for name, _ in queues():
        await told.bind(dead, name)


async def _declare_stream(channel: AbstractChannel, events: AbstractExchange) -> None:
    stream = await channel.declare_queue(
        PUBLIC_STREAM,
        durable=True,
        arguments={"x-queue-type": "stream", "x-max-length-bytes": _STREAM_BYTES},
    )
    for pattern in PUBLIC_STREAM_BINDINGS:
        await stream.bind(events, pattern)
