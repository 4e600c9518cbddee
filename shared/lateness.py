"""How late an event loop comes to what is due: work that holds it up shows here."""

import asyncio

from prometheus_client import Histogram

__all__ = ["watched"]

_EVERY = 0.05
_LATE = Histogram(
    "cpcs_loop_late_seconds",
    "how late the event loop comes to what is due",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
)


async def watched() -> None:
    """Note again and again how late the loop is."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _EVERY
        await asyncio.sleep(_EVERY)
        _LATE.observe(max(loop.time() - due, 0.0))
