"""Waiting on a broker, or on its in-memory twin."""

from collections.abc import Awaitable, Callable

from shared.messaging.memory import MemoryTransport
from shared.messaging.transport import Transport
from tests.support.waiting import eventually

__all__ = ["until"]


async def until(transport: Transport, condition: Callable[[], Awaitable[bool]]) -> None:
    if isinstance(transport, MemoryTransport):
        await transport.work()
        assert await condition()
    else:
        await eventually(condition)
