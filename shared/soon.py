"""Looking for what another process is about to keep."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

__all__ = ["soon"]

_LOOK_AGAIN = 0.1

Found = TypeVar("Found")


async def soon(look: Callable[[], Awaitable[Found]], within: float) -> Found:
    """Return what is found as soon as there is anything.

    Parameters
    ----------
    look
        Finds something, or what is false.
    within
        After how long [s] that is returned.
    """
    clock = asyncio.get_running_loop()
    end = clock.time() + within
    found = await look()
    while not found and clock.time() < end:
        await asyncio.sleep(_LOOK_AGAIN)
        found = await look()
    return found
