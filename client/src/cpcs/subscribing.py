"""Follows the public stream of points over AMQP (extra ``subscribe``).

The stream keeps the past: a subscriber reads it from the first point, from now on, from
an offset or a date, and goes on where its own store says it stopped.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from cpcs.errors import CpcsError, UnreachableError
from cpcs.happenings import Deleted, Point, heard
from cpcs.sinks import Sink, sink_for

__all__ = ["Heard", "follow", "heard_points", "kept"]

_STREAM = "cpcs.observations"
_AT_ONCE = 200
_BATCH, _QUIET = 200, 0.5


@dataclass(frozen=True)
class Heard:
    """One message of the stream and its place in it."""

    offset: int
    what: Point | Deleted | None


def _start(text: str) -> int | str | datetime:
    if text in ("first", "last", "next"):
        return text
    if text.isdigit():
        return int(text)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as fault:
        told = f"--from {text} is neither first, next, a number nor a date."
        raise CpcsError(told) from fault


async def heard_points(
    broker: str, *, name: str = "cpcs", start: int | str | datetime = "first"
) -> AsyncIterator[Heard]:
    """Yield what the stream says, from a place on; a lost broker is come back to.

    Parameters
    ----------
    broker
        Its address, ``amqp://name:secret@host/``; an account that may read is enough.
    name
        Of this subscriber, as the operator sees it.
    start
        ``first``, ``next``, an offset, or a time (UTC).
    """
    place = start
    while True:
        try:
            async for one in _heard_once(broker, name, place):
                place = one.offset + 1
                yield one
        except (ConnectionError, aio_pika.exceptions.AMQPError):
            await asyncio.sleep(2.0)


async def _heard_once(
    broker: str, name: str, start: int | str | datetime
) -> AsyncIterator[Heard]:
    connection = await aio_pika.connect(
        broker, client_properties={"connection_name": name}
    )
    async with connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=_AT_ONCE)
        queue = await channel.get_queue(_STREAM, ensure=True)
        arguments: dict[str, Any] = {"x-stream-offset": start}
        async with queue.iterator(no_ack=False, arguments=arguments) as messages:
            async for message in messages:
                one = _read(message)
                if not isinstance(start, int) or one.offset >= start:
                    yield one
                await message.ack()


def _read(message: AbstractIncomingMessage) -> Heard:
    offset = message.headers.get("x-stream-offset", 0)
    at = offset if isinstance(offset, int) else 0
    return Heard(at, heard(message.type or "", message.body))


async def kept(
    broker: str,
    sink: Sink,
    *,
    name: str = "cpcs",
    start: int | str | datetime = "first",
) -> AsyncIterator[int]:
    """Keep what the stream says in a sink; yield the offset after each batch."""
    last = sink.offset()
    begin = start if last is None else last + 1
    told: list[Heard] = []
    stream = heard_points(broker, name=name, start=begin)
    waiting = asyncio.ensure_future(anext(stream))
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=_QUIET if told else None)
            if done:
                told.append(waiting.result())
                waiting = asyncio.ensure_future(anext(stream))
            if told and (not done or len(told) >= _BATCH):
                sink.keep([one.what for one in told if one.what], told[-1].offset)
                yield told[-1].offset
                told = []
    finally:
        waiting.cancel()


async def follow(broker: str, place: str, *, name: str, start: str) -> None:
    """Keep what the stream says in a file or a database, until ended.

    Raises
    ------
    UnreachableError
        There is no such broker now.
    """
    begin = _start(start)
    try:
        async with await aio_pika.connect(broker, timeout=10):
            pass
    except (OSError, aio_pika.exceptions.AMQPError, TimeoutError) as fault:
        raise UnreachableError(
            "The broker does not answer, or does not let in."
        ) from fault
    sink = sink_for(place)
    async for _ in kept(broker, sink, name=name, start=begin):
        pass
