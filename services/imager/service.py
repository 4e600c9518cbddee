"""Wires imager: the only place where its parts meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from services.imager.handlers import on_place_charted
from services.imager.settings import Settings
from shared.blobs import BlobStore, clear_rooms
from shared.contracts.catalog import PlaceCharted
from shared.messaging.service import Publish, Service
from shared.mongo import answers, connect, is_away
from shared.workers import Limits, Workers

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the imager service."""
    database = connect(settings, "blobs")
    limits = Limits(settings.measure_time, settings.measure_memory)
    measurers = Workers("services.imager.work:measure", settings.measurers, limits)
    blobs = BlobStore(database)

    @asynccontextmanager
    async def measuring(_: Publish) -> AsyncIterator[None]:
        await asyncio.to_thread(clear_rooms)
        async with measurers.running():
            yield

    return Service(
        name="imager",
        hears={
            PlaceCharted: partial(
                on_place_charted,
                fetch=blobs.as_file,
                measure=measurers.do,
                keep=blobs.put,
                patience=settings.measure_time,
            ),
        },
        alongside=(measuring,),
        ready=partial(answers, database),
        away=is_away,
        longest=4 * settings.measure_time,
    )
