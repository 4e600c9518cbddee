"""A connection to RabbitMQ with what a transport needs of it, or why there is none."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import (
    AbstractConnection,
    AbstractRobustChannel,
    AbstractRobustConnection,
)
from aio_pika.connection import make_url
from aio_pika.exceptions import (
    CONNECTION_EXCEPTIONS,
    AuthenticationError,
    ChannelPreconditionFailed,
    DeliveryError,
    ProbableAuthenticationError,
)

from shared.messaging.rabbit_topology import Exchanges, declare, differing
from shared.settings import ServiceSettings, place_of

__all__ = ["TRANSIENT", "Opened", "broker_fault", "connected", "opened"]

TRANSIENT = (*CONNECTION_EXCEPTIONS, DeliveryError, TimeoutError)
"""What passes when the broker is back."""
_LONGEST_LOOK = 5.0


@dataclass(frozen=True)
class Opened:
    """A connection that comes again by itself, its channels, and where to publish.

    Attributes
    ----------
    others
        Names of queues that another version of the server made.
    """

    connection: AbstractRobustConnection
    incoming: AbstractRobustChannel
    exchanges: Exchanges
    others: Sequence[str] = ()


async def opened(settings: ServiceSettings) -> Opened:
    """Return a connection once the broker is there and its queues declared."""
    connection = await aio_pika.connect_robust(
        settings.amqp_url, reconnect_interval=1, fail_fast=False
    )
    outgoing = await connection.channel(on_return_raises=True)
    incoming = await connection.channel()
    await incoming.set_qos(prefetch_count=settings.prefetch)
    try:
        exchanges = await declare(outgoing, settings.retry_delays)
    except ChannelPreconditionFailed:
        return await _as_they_are(connection, incoming, settings)
    return Opened(connection, incoming, exchanges)


@asynccontextmanager
async def connected(
    url: str, longest_wait: float | None = None
) -> AsyncIterator[AbstractConnection]:
    """Be connected while the block runs.

    One that failed is closed as well: aio_pika leaves it to the garbage collector,
    which complains where no loop runs.
    """
    connection = aio_pika.Connection(make_url(url))
    try:
        await connection.connect(timeout=longest_wait)
        yield connection
    finally:
        await connection.close()


async def _as_they_are(
    connection: AbstractRobustConnection,
    incoming: AbstractRobustChannel,
    settings: ServiceSettings,
) -> Opened:
    """Use the queues of another version as they are, and let the operator know."""
    async with connected(settings.amqp_url) as plain:
        others = await differing(plain, settings.retry_delays)
    names = tuple(layout.name for layout in others)
    outgoing = await connection.channel(on_return_raises=True)
    exchanges = await declare(outgoing, settings.retry_delays, names)
    return Opened(connection, incoming, exchanges, names)


async def broker_fault(settings: ServiceSettings) -> str:
    """Return why the broker cannot be used, in a sentence; nothing where it can."""
    try:
        async with connected(settings.amqp_url, _LONGEST_LOOK):
            return ""
    except (AuthenticationError, ProbableAuthenticationError):
        return f"The broker at {place_of(settings.amqp_url)} does not let us in."
    except TRANSIENT:
        return f"The broker at {place_of(settings.amqp_url)} does not answer."
