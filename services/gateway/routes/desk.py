"""What every route needs at hand."""

from asyncio import Semaphore
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web
from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.settings import Settings
from shared.blobs import BlobStore
from shared.messaging.service import Publish
from shared.messaging.transport import Transport

if TYPE_CHECKING:
    from services.gateway.store.colours import ColourStore
    from services.gateway.store.curves import CurveStore
    from services.gateway.store.feed import FeedStore
    from services.gateway.store.hashtags import HashtagStore
    from services.gateway.store.jobs import JobStore
    from services.gateway.store.observers import ObserverStore
    from services.gateway.store.packets import PacketStore
    from services.gateway.store.places import PlaceStore
    from services.gateway.store.point_lists import PointLists
    from services.gateway.store.reports import ReportStore
    from services.gateway.store.target_lists import TargetLists
    from services.gateway.store.view import ViewStore
    from services.gateway.store.webhooks import WebhookStore

__all__ = ["DESK", "Desk"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The stores, the way to say an event, and the settings.

    ``uploads`` bounds how many files are in memory at once, ``pace`` how often
    somebody may ask; ``land`` is the map's coast as an SVG path.
    """

    settings: Settings
    observers: "ObserverStore"
    hashtags: "HashtagStore"
    jobs: "JobStore"
    view: "ViewStore"
    targets: "TargetLists"
    points: "PointLists"
    reports: "ReportStore"
    packets: "PacketStore"
    places: "PlaceStore"
    curves: "CurveStore"
    feed: "FeedStore"
    webhooks: "WebhookStore"
    colours: "ColourStore"
    blobs: BlobStore
    publish: Publish
    uploads: Semaphore
    pace: MovingWindowRateLimiter
    broker: Callable[[], AbstractAsyncContextManager[Transport]]
    land: str


DESK = web.AppKey("desk", Desk)
