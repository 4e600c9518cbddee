"""The one door for packets of all streams: on disk first, then a decision."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from prometheus_client import Counter
from pymongo.errors import PyMongoError

from services.alerts.store.entry import Kept
from services.alerts.store.inbox import InboxStore
from shared.background import in_background
from shared.contracts.alerts import PacketReceived
from shared.messaging.service import Publish
from shared.mongo import is_away
from shared.together import LOT, Together

__all__ = ["Arrivals", "said_id"]

_log = structlog.get_logger()
_LONGEST_PAUSE = 5.0
_RECEIVED = Counter("cpcs_packets_received", "packets, copies too", ["way"])


def said_id(packet: str) -> UUID:
    """Return the id under which a packet is always said to have come."""
    return uuid5(NAMESPACE_URL, f"cpcs:packet:{packet}")


class Arrivals:
    """Keeps packets, and says that they wait for a decision.

    What a process that died left unsaid is said when the next one starts.
    """

    def __init__(self, inbox: InboxStore) -> None:
        self._inbox = inbox
        self._keep = Together(inbox.keep, is_away)
        self._unsaid: asyncio.Queue[str] = asyncio.Queue()

    async def deliver(self, raw: bytes, source: str) -> None:
        """Return once a packet is on disk; try for ever until it is.

        Parameters
        ----------
        raw
            The packet, byte for byte.
        source
            Way and peer, as ``VTP 192.0.2.1:8099``.
        """
        kept = await self._kept(raw, source)
        _RECEIVED.labels(source.partition(" ")[0]).inc()
        if kept.waits:
            self._unsaid.put_nowait(kept.id)

    async def _kept(self, raw: bytes, source: str) -> Kept:
        pause = 0.2
        while True:
            try:
                return await self._keep((raw, source))
            except PyMongoError as fault:
                _log.warning("packet.kept_later", reason=repr(fault))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    @asynccontextmanager
    async def told(self, publish: Publish) -> AsyncIterator[None]:
        """Say what comes, and what was left unsaid, while the block runs."""
        async with in_background(self._tell(publish)):
            yield

    async def _tell(self, publish: Publish) -> None:
        async for packet in self._inbox.waiting():
            self._unsaid.put_nowait(packet)
        while True:
            lot = [await self._unsaid.get()]
            while not self._unsaid.empty() and len(lot) < LOT:
                lot.append(self._unsaid.get_nowait())
            await asyncio.gather(
                *(
                    publish(PacketReceived(packet=packet), id=said_id(packet))
                    for packet in lot
                )
            )
