"""Waits on conditions."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

__all__ = ["eventually"]

T = TypeVar("T")


async def eventually(
    ask: Callable[[], Awaitable[T]],
    within: float = 30.0,
    good: Callable[[T], object] = bool,
) -> T:
    """Return the first good answer; fail with the last one after some seconds."""
    answer = await ask()
    try:
        async with asyncio.timeout(within):
            while not good(answer):
                await asyncio.sleep(0.05)
                answer = await ask()
    except TimeoutError:
        told = str(answer)[:500]
        raise AssertionError(f"not within {within} s; last answer: {told}") from None
    return answer
