"""Wires ingest: the only place where its parts meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from services.ingest.handlers import on_field_requested, on_upload_submitted
from services.ingest.settings import Settings
from shared.blobs import BlobStore
from shared.contracts.gateway import FieldRequested, UploadSubmitted
from shared.messaging.service import Publish, Service
from shared.mongo import answers, connect, is_away
from shared.workers import Limits, Workers

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the ingest service."""
    database = connect(settings, "blobs")
    limits = Limits(settings.read_time, settings.read_memory)
    readers = Workers("services.ingest.work:read", settings.readers, limits)
    blobs = BlobStore(database)

    @asynccontextmanager
    async def reading(_: Publish) -> AsyncIterator[None]:
        async with readers.running():
            yield

    return Service(
        name="ingest",
        hears={
            UploadSubmitted: partial(
                on_upload_submitted, fetch=blobs.get, read=readers.do
            ),
            FieldRequested: partial(
                on_field_requested, fetch=blobs.get, read=readers.do
            ),
        },
        alongside=(reading,),
        ready=partial(answers, database),
        away=is_away,
        longest=3 * settings.read_time,
    )
