"""Wires ingest: the only place where its parts meet."""

from functools import partial

from services.ingest.handlers import on_upload_submitted
from services.ingest.settings import Settings
from shared.blobs import BlobStore
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.ingest import UploadParsed, UploadRejected
from shared.messaging.service import Service
from shared.mongo import connect

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the ingest service."""
    blobs = BlobStore(connect(settings, "blobs"))
    return Service(
        name="ingest",
        hears={UploadSubmitted: partial(on_upload_submitted, fetch=blobs.get)},
        says=(UploadParsed, UploadRejected),
    )
