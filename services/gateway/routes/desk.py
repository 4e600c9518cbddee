"""What every route needs at hand."""

from asyncio import Semaphore
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from services.gateway.settings import Settings
from shared.blobs import BlobStore
from shared.messaging.service import Publish

if TYPE_CHECKING:
    from services.gateway.store.colours import ColourStore
    from services.gateway.store.jobs import JobStore
    from services.gateway.store.observers import ObserverStore
    from services.gateway.store.view import ViewStore

__all__ = ["DESK", "Desk"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The stores, the way to say an event, and the settings.

    ``uploads`` bounds how many files are in memory at once.
    """

    settings: Settings
    observers: "ObserverStore"
    jobs: "JobStore"
    view: "ViewStore"
    colours: "ColourStore"
    blobs: BlobStore
    publish: Publish
    uploads: Semaphore


DESK = web.AppKey("desk", Desk)
