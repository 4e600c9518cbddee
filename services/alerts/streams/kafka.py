"""Follows Kafka topics, such as those of GCN's broker.

A message counts as read only when the packet in it is on disk.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message
from prometheus_client import Counter

from services.alerts.streams.vtp import Deliver
from shared.background import in_background

__all__ = ["followed_topics", "oidc"]

_log = structlog.get_logger()
_FAULTS = Counter("cpcs_kafka_faults", "faults of the Kafka consumer")
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
    settings: Mapping[str, Any], topics: Sequence[str], deliver: Deliver, largest: int
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
        Packets of more bytes are left out.
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
        async with in_background(_follow(consumer, deliver, largest)):
            yield
    finally:
        await asyncio.to_thread(consumer.close)


class _Silent:
    """librdkafka's own lines: faults reach us by their callers."""

    def log(self, *_: object) -> None:
        """Leave it."""


async def _follow(consumer: Consumer, deliver: Deliver, largest: int) -> None:
    while True:
        message = await asyncio.to_thread(consumer.poll, _WAIT)
        if message is None:
            continue
        fault = message.error()
        if fault is not None:
            await _wait_out(fault)
            continue
        await _take(consumer, message, deliver, largest)


async def _wait_out(fault: KafkaError) -> None:
    _FAULTS.inc()
    _log.warning("kafka.fault", reason=str(fault))
    await asyncio.sleep(_PAUSE)


async def _take(
    consumer: Consumer, message: Message, deliver: Deliver, largest: int
) -> None:
    content = message.value() or b""
    if len(content) <= largest:
        await deliver(content, f"Kafka {message.topic()}")
    else:
        _log.warning("kafka.too_large", topic=message.topic(), size=len(content))
    try:
        await asyncio.to_thread(consumer.commit, message=message, asynchronous=False)
    except KafkaException as fault:  # it comes again, and is known then
        _log.warning("kafka.commit_later", reason=str(fault))
