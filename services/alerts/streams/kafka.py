"""Follows Kafka topics, such as those of GCN's broker.

A message counts as read only when the packet in it is on disk.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from prometheus_client import Counter

from services.alerts.reading.notice import stub
from services.alerts.streams.vtp import Deliver
from shared.background import in_background
from shared.together import LOT

__all__ = ["Unpack", "followed_topics", "oidc"]

Unpack = Callable[[bytes], bytes]

_log = structlog.get_logger()
_FAULTS = Counter("cpcs_kafka_faults", "faults of the Kafka consumer")
_TOO_LARGE = Counter("cpcs_kafka_too_large", "messages kept as a stub: too large")
_WAIT = 0.5
_PAUSE = 5.0


def oidc(client: str, secret: str, token_url: str) -> dict[str, Any]:
    """Return the settings by which a broker such as GCN's lets a client in."""
    return {
        "security.protocol": "sasl_ssl",
        "sasl.mechanisms": "OAUTHBEARER",
        "sasl.oauthbearer.method": "oidc",
        "sasl.oauthbearer.client.id": client,
        "sasl.oauthbearer.client.secret": secret,
        "sasl.oauthbearer.token.endpoint.url": token_url,
    }


@asynccontextmanager
async def followed_topics(
    settings: Mapping[str, Any],
    topics: Sequence[str],
    deliver: Deliver,
    largest: int,
    unpack: Unpack = bytes,
) -> AsyncIterator[None]:
    """Take the packets of some topics while the block runs.

    Parameters
    ----------
    settings
        Of librdkafka: at least ``bootstrap.servers`` and ``group.id``.
    topics
        Names, or patterns that begin with ``^``.
    deliver
        What to do with a packet.
    largest
        Of a message of more bytes only a stub is kept, which says so.
    unpack
        Makes of a message a packet that stands for itself.
    """
    consumer = Consumer(
        {
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": False,
            **settings,
            "enable.auto.commit": False,
            "logger": _Silent(),
        }
    )
    consumer.subscribe(list(topics))
    try:
        async with in_background(_follow(consumer, deliver, largest, unpack)):
            yield
    finally:
        await asyncio.to_thread(consumer.close)


class _Silent:
    """librdkafka's own lines: faults reach us by their callers."""

    def log(self, *_: object) -> None:
        """Leave it."""


async def _follow(
    consumer: Consumer, deliver: Deliver, largest: int, unpack: Unpack
) -> None:
    while True:
        messages = await asyncio.to_thread(_heard, consumer)
        faults = [fault for one in messages if (fault := one.error()) is not None]
        whole = [one for one in messages if one.error() is None]

        async def delivered(one: Message) -> None:
            await deliver(_packet(one, largest, unpack), f"Kafka {one.topic()}")

        await asyncio.gather(*map(delivered, whole))
        if whole:
            await _commit(consumer, whole)
        if faults:
            await _wait_out(faults)


def _heard(consumer: Consumer) -> list[Message]:
    """Return the next message, once it is there, and what is there besides."""
    first = consumer.poll(_WAIT)
    return [] if first is None else [first, *consumer.consume(LOT - 1, 0)]


async def _wait_out(faults: Sequence[KafkaError]) -> None:
    _FAULTS.inc(len(faults))
    for fault in faults:
        _log.warning("kafka.fault", reason=str(fault))
    await asyncio.sleep(_PAUSE)


def _packet(message: Message, largest: int, unpack: Unpack) -> bytes:
    content = message.value() or b""
    if len(content) <= largest:
        return unpack(content)
    _TOO_LARGE.inc()
    where = f"{message.topic()}/{message.partition()}/{message.offset()}"
    return stub(f"Message {where} of {len(content)} bytes is too large.")


async def _commit(consumer: Consumer, kept: Sequence[Message]) -> None:
    """Let the broker know which messages are on disk."""
    after: dict[tuple[str, int], int] = {}
    for one in kept:  # in each partition in the order of their offsets
        place = one.topic() or "", one.partition() or 0
        after[place] = (one.offset() or 0) + 1
    offsets = [TopicPartition(*place, number) for place, number in after.items()]
    try:
        told = await asyncio.to_thread(
            consumer.commit, offsets=offsets, asynchronous=False
        )
    except KafkaException as fault:  # they come again, and are known then
        _log.warning("kafka.commit_later", reason=str(fault))
        return
    for partition in told or ():
        if partition.error is not None:
            _log.warning("kafka.commit_later", reason=str(partition.error))
