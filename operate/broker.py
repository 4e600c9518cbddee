"""What the operator's commands ask of the broker."""

from shared.messaging.rabbit import RabbitTransport
from shared.messaging.rabbit_connection import connected
from shared.messaging.rabbit_mending import QueueState, purge, states
from shared.settings import ServiceSettings

__all__ = ["busy", "emptied", "with_queues"]


async def with_queues(settings: ServiceSettings) -> None:
    """Let the broker have the queues of this version."""
    transport = await RabbitTransport.connect(settings)
    await transport.close()


async def busy(settings: ServiceSettings) -> list[QueueState]:
    """Return the queues that somebody listens to."""
    async with connected(settings.amqp_url) as connection:
        found = await states(connection, settings.retry_delays)
    return [one for one in found if one.consumers and not one.is_stream]


async def emptied(settings: ServiceSettings) -> int:
    """Forget the messages of all queues but the streams; return how many."""
    async with connected(settings.amqp_url) as connection:
        return await purge(connection, settings.retry_delays)
