"""Work that goes on beside a block, and whose fault ends it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

__all__ = ["in_background"]


@asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do something while the block runs; a fault of it ends the block and is raised.

    A process that goes on without it would lose in silence what it does: it is better
    ended and started again.
    """
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work)
            try:
                yield
            finally:
                task.cancel()
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults
