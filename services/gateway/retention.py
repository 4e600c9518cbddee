"""Pixels of images are kept for some time, their lists of stars for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from services.gateway.store.pixels import PixelStore
from shared.background import in_background
from shared.blobs import BlobStore
from shared.messaging.service import Publish

__all__ = ["Retention"]

_log = structlog.get_logger()
_EVERY = 3600.0
_AFTER_FAULT = 60.0


class Retention:
    """Lets go of pixels that were kept long enough.

    Parameters
    ----------
    pixels, blobs
        Which images came when, and where their files are.
    days
        How long [d] pixels are kept.
    """

    def __init__(self, pixels: PixelStore, blobs: BlobStore, days: float) -> None:
        self._pixels = pixels
        self._blobs = blobs
        self._kept = timedelta(days=days)

    @asynccontextmanager
    async def running(self, _: Publish) -> AsyncIterator[None]:
        """Look every hour while the block runs."""
        async with in_background(self._look_again_and_again()):
            yield

    async def _look_again_and_again(self) -> None:
        while True:
            try:
                gone = await self.let_go()
                if gone:
                    _log.info("pixels.gone", images=gone)
                await asyncio.sleep(_EVERY)
            except Exception as fault:  # noqa: BLE001 - the store may be away for a while
                _log.warning("pixels.kept", reason=str(fault))
                await asyncio.sleep(_AFTER_FAULT)

    async def let_go(self) -> int:
        """Let go of the pixels that are old enough; return of how many images."""
        before = datetime.now(UTC) - self._kept
        gone = 0
        async for job, blob in self._pixels.older_than(before):
            if not await self._pixels.came_since(blob, before):
                await self._blobs.drop(blob)
            await self._pixels.forget(job)
            gone += 1
        return gone
