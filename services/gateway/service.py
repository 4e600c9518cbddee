"""Wires the gateway: the only place where its parts meet."""

import json
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from services.gateway.delivery import Delivery
from services.gateway.domain.worldmap import land_path
from services.gateway.first_start import let_in
from services.gateway.handlers.answers import (
    on_colour_learned,
    on_colours_forgotten,
    on_cone_served,
    on_place_surveyed,
    on_request_refused,
)
from services.gateway.handlers.images import (
    on_image_measured,
    on_image_rejected,
    on_place_charted,
)
from services.gateway.handlers.shown import (
    on_alerts,
    on_light_curve_homogenised,
    on_observation_deleted,
    on_observation_recorded,
    on_packets_decided,
)
from services.gateway.handlers.uploads import (
    on_calibration_solved,
    on_dead_letter,
    on_field_located,
    on_surveys_matched,
    on_upload_parsed,
    on_upload_refused,
)
from services.gateway.retention import Retention
from services.gateway.sesame import Sesame
from services.gateway.settings import Settings
from services.gateway.site import serve
from services.gateway.store.guesses import CommonCounts
from services.gateway.store.stores import Stores
from services.gateway.web.desk import Desk
from services.gateway.web.doors import Doors, most_connections
from services.gateway.web.room import Places, Room
from services.gateway.web.slow import Least, SlowBodies
from shared.blobs import BlobStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    ObservationTried,
    PacketDecided,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibrationFailed,
    CalibrationSolved,
    ColourTermLearned,
    ColourTermsForgotten,
    LightCurveHomogenised,
)
from shared.contracts.catalog import (
    ConeServed,
    FieldUnmatched,
    PlaceCharted,
    PlaceSurveyed,
    SurveysMatched,
)
from shared.contracts.imager import ImageMeasured, ImageRejected
from shared.contracts.ingest import FieldLocated, UploadParsed, UploadRejected
from shared.messaging.rabbit import speaking
from shared.messaging.service import Handler, Publish, Service
from shared.mongo import answers, connect, is_away
from shared.together import Together

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the gateway service."""
    database = connect(settings, "gateway")
    stores = Stores.of(database, settings.session_days)
    delivery = Delivery(stores.webhooks, private=settings.webhooks_inside)
    blobs = BlobStore(connect(settings, "blobs"))
    retention = Retention(stores.pixels, blobs, settings.image_days)

    def site(publish: Publish) -> AbstractAsyncContextManager[None]:
        return serve(_desk(settings, stores, blobs, publish))

    admin = partial(let_in, settings, stores.observers, stores.hashtags)
    return Service(
        name="gateway",
        hears=_hears(stores),
        prepare=(*stores.prepares(), admin),
        alongside=(
            stores.jobs.kept_moving,
            stores.packed.kept_packed,
            delivery.running,
            retention.running,
            site,
        ),
        ready=partial(answers, database),
        away=is_away,
        hears_dead=partial(on_dead_letter, jobs=stores.jobs),
    )


def _desk(
    settings: Settings, stores: Stores, blobs: BlobStore, publish: Publish
) -> Desk:
    connections = min(settings.connections, most_connections())
    least = Least(
        grace=settings.body_grace,
        rate=settings.body_rate,
        longest=settings.body_time,
        slow=settings.slow_bodies,
    )
    return Desk(
        settings=settings,
        stores=stores,
        blobs=blobs,
        publish=publish,
        doors=Doors(settings.head_time, settings.connections_of_one, connections),
        room=Room(settings.uploads_at_once * (settings.upload_limit + 200_000)),
        slow=SlowBodies(least),
        keeping=Places(settings.uploads_at_once),
        answering=Places(settings.uploads_at_once),
        searching=Places(1),
        pace=MovingWindowRateLimiter(MemoryStorage()),
        guesses=MovingWindowRateLimiter(CommonCounts(settings)),
        broker=partial(speaking, settings),
        land=_land(),
        sesame=Sesame(settings.sesame) if settings.sesame else None,
    )


def _land() -> str:
    """Return the coast for the map; nothing where it was not vendored."""
    path = Path(__file__).parent / "static" / "vendor" / "land-110m.json"
    return land_path(json.loads(path.read_bytes())) if path.exists() else ""


def _hears(stores: Stores) -> dict[type[Event], Handler]:
    view, jobs, feed = stores.view, stores.jobs, stores.feed
    refused = partial(on_upload_refused, jobs=jobs)
    alerts = partial(on_alerts, view=view, jobs=jobs, feed=feed)
    packets = partial(on_packets_decided, packets=stores.packets, jobs=jobs, feed=feed)
    recorded = partial(on_observation_recorded, view=view, jobs=jobs, feed=feed)
    return {
        UploadParsed: partial(on_upload_parsed, jobs=jobs),
        PlaceCharted: partial(on_place_charted, jobs=jobs),
        ImageMeasured: partial(on_image_measured, jobs=jobs, images=stores.images),
        ImageRejected: partial(on_image_rejected, jobs=jobs, images=stores.images),
        SurveysMatched: partial(on_surveys_matched, jobs=jobs, reports=stores.reports),
        AlertCreated: Together(alerts, is_away),
        AlertRevised: Together(alerts, is_away),
        ObservationRecorded: recorded,
        ObservationTried: recorded,
        ObservationDeleted: partial(
            on_observation_deleted, view=view, jobs=jobs, feed=feed
        ),
        CalibrationSolved: partial(
            on_calibration_solved, reports=stores.reports, jobs=jobs
        ),
        UploadRejected: refused,
        FieldUnmatched: refused,
        CalibrationFailed: refused,
        PacketDecided: Together(packets, is_away),
        RequestRefused: partial(on_request_refused, jobs=jobs),
        ConeServed: partial(on_cone_served, jobs=jobs),
        FieldLocated: partial(on_field_located, jobs=jobs),
        PlaceSurveyed: partial(on_place_surveyed, places=stores.places),
        LightCurveHomogenised: partial(
            on_light_curve_homogenised, networks=stores.networks, feed=feed
        ),
        ColourTermLearned: partial(on_colour_learned, terms=stores.colour_terms),
        ColourTermsForgotten: partial(
            on_colours_forgotten, terms=stores.colour_terms, jobs=jobs
        ),
    }
