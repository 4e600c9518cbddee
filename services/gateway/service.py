"""Wires the gateway: the only place where its parts meet."""

import json
from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.administrator import let_in
from services.gateway.delivery import Delivery
from services.gateway.domain.worldmap import land_path
from services.gateway.handlers import (
    on_alert,
    on_calibration_solved,
    on_colour_learned,
    on_colours_forgotten,
    on_cone_served,
    on_observation_deleted,
    on_observation_recorded,
    on_packet_decided,
    on_place_surveyed,
    on_request_refused,
    on_surveys_matched,
    on_upload_parsed,
    on_upload_refused,
)
from services.gateway.routes.desk import Desk
from services.gateway.routes.site import serve
from services.gateway.settings import Settings
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
from shared.blobs import BlobStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    PacketDecided,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibrationFailed,
    CalibrationSolved,
    ColourTermLearned,
    ColourTermsForgotten,
)
from shared.contracts.catalog import (
    ConeServed,
    FieldUnmatched,
    PlaceSurveyed,
    SurveysMatched,
)
from shared.contracts.gateway import (
    AlertRequested,
    ColourResetRequested,
    ConeRequested,
    DeletionRequested,
    MergerRequested,
    PacketSubmitted,
    PromotionRequested,
    RestorationRequested,
    RetractionRequested,
    UploadSubmitted,
)
from shared.contracts.ingest import UploadParsed, UploadRejected
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.service import Handler, Publish, Service
from shared.messaging.transport import Transport
from shared.mongo import answers, connect

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the gateway service."""
    database = connect(settings, "gateway")
    observers = ObserverStore(database)
    hashtags = HashtagStore(database, settings.session_days)
    jobs, feed = JobStore(database), FeedStore(database)
    view, reports = ViewStore(database), ReportStore(database)
    colours, hooks = ColourStore(database), WebhookStore(database)
    delivery = Delivery(hooks, private=settings.webhooks_inside)
    packets, places = PacketStore(database), PlaceStore(database)
    blobs = BlobStore(connect(settings, "blobs"))

    def site(publish: Publish) -> AbstractAsyncContextManager[None]:
        desk = Desk(
            settings=settings,
            observers=observers,
            hashtags=hashtags,
            jobs=jobs,
            view=view,
            targets=TargetLists(database),
            points=PointLists(database),
            reports=reports,
            packets=packets,
            places=places,
            curves=CurveStore(database),
            feed=feed,
            webhooks=hooks,
            colours=colours,
            blobs=blobs,
            publish=publish,
            uploads=Semaphore(settings.uploads_at_once),
            broker=partial(_broker, settings),
            land=_land(),
            pace=MovingWindowRateLimiter(MemoryStorage()),
        )
        return serve(desk)

    admin = partial(let_in, settings, observers, hashtags)
    return Service(
        name="gateway",
        hears=_hears(
            view=view,
            reports=reports,
            packets=packets,
            places=places,
            jobs=jobs,
            feed=feed,
            colours=colours,
        ),
        says=(
            UploadSubmitted,
            AlertRequested,
            DeletionRequested,
            RestorationRequested,
            RetractionRequested,
            MergerRequested,
            PromotionRequested,
            PacketSubmitted,
            ConeRequested,
            ColourResetRequested,
        ),
        prepare=(
            observers.prepare,
            hashtags.prepare,
            jobs.prepare,
            view.prepare,
            packets.prepare,
            feed.prepare,
            hooks.prepare,
            colours.prepare,
            admin,
        ),
        alongside=(jobs.kept_moving, delivery.running, site),
        ready=partial(answers, database),
    )


@asynccontextmanager
async def _broker(settings: Settings) -> AsyncIterator[Transport]:
    """Open a connection of its own, for whoever looks after the dead letters."""
    transport = await RabbitTransport.connect(settings)
    try:
        yield transport
    finally:
        await transport.close()


def _land() -> str:
    """Return the coast for the map; nothing where it was not vendored."""
    path = Path(__file__).parent / "static" / "vendor" / "land-110m.json"
    return land_path(json.loads(path.read_bytes())) if path.exists() else ""


def _hears(
    *,
    view: ViewStore,
    reports: ReportStore,
    packets: PacketStore,
    places: PlaceStore,
    jobs: JobStore,
    feed: FeedStore,
    colours: ColourStore,
) -> dict[type[Event], Handler]:
    return {
        UploadParsed: partial(on_upload_parsed, jobs=jobs),
        SurveysMatched: partial(on_surveys_matched, jobs=jobs, reports=reports),
        AlertCreated: partial(on_alert, view=view, jobs=jobs, feed=feed),
        AlertRevised: partial(on_alert, view=view, jobs=jobs, feed=feed),
        ObservationRecorded: partial(
            on_observation_recorded, view=view, jobs=jobs, feed=feed
        ),
        ObservationDeleted: partial(
            on_observation_deleted, view=view, jobs=jobs, feed=feed
        ),
        CalibrationSolved: partial(on_calibration_solved, reports=reports, jobs=jobs),
        UploadRejected: partial(on_upload_refused, jobs=jobs),
        FieldUnmatched: partial(on_upload_refused, jobs=jobs),
        CalibrationFailed: partial(on_upload_refused, jobs=jobs),
        PacketDecided: partial(
            on_packet_decided, packets=packets, jobs=jobs, feed=feed
        ),
        RequestRefused: partial(on_request_refused, jobs=jobs),
        ConeServed: partial(on_cone_served, jobs=jobs),
        PlaceSurveyed: partial(on_place_surveyed, places=places),
        ColourTermLearned: partial(on_colour_learned, colours=colours),
        ColourTermsForgotten: partial(on_colours_forgotten, colours=colours, jobs=jobs),
    }
