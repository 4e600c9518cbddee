"""Wakes those who wait for a change: at once for our own, soon for another gateway's.

Change streams would tell of both at once, but cost the store something at every
write; so whoever waits also looks again after a while (ADR 4).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Waking"]


class Waking:
    """Those who wait in this process, by what they wait for."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, what: str) -> None:
        """Tell those who wait for something that it may have changed."""
        for woken in self._waiting.get(what, ()):
            woken.set()

    @contextmanager
    def waiting(self, what: str) -> Iterator[asyncio.Event]:
        """Wait for something inside the block: its event is set at every change."""
        woken = asyncio.Event()
        self._waiting[what].add(woken)
        try:
            yield woken
        finally:
            self._waiting[what].discard(woken)
            if not self._waiting[what]:
                del self._waiting[what]

    @staticmethod
    async def within(woken: asyncio.Event, seconds: float) -> bool:
        """Tell whether a change was told before so many seconds were over."""
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return False
        woken.clear()
        return True
