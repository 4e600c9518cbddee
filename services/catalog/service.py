"""Wires catalog: the only place where its parts meet."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from services.catalog.cones import ConeStore
from services.catalog.domain.pace import Pace
from services.catalog.domain.survey import Survey
from services.catalog.handlers.fields import on_stars_listed
from services.catalog.handlers.images import on_image_submitted
from services.catalog.handlers.places import on_alert_created, on_cone_requested
from services.catalog.remote.fetcher import Fetcher
from services.catalog.remote.footprint import Footprints
from services.catalog.remote.hats import HatsArchive
from services.catalog.remote.stars_in_tiles import RemoteStars
from services.catalog.remote.tap import TapClient
from services.catalog.settings import Settings
from services.catalog.sharing import SharedTables, is_behind
from services.catalog.store.definitions import read_definitions
from services.catalog.store.kept_tables import KeptTables
from services.catalog.store.tables import SurveyTables
from services.catalog.store.tiles import TileStore
from shared.blobs import BlobStore
from shared.contracts.alerts import AlertCreated
from shared.contracts.gateway import ConeRequested, ImageSubmitted
from shared.contracts.imager import ImageMeasured
from shared.contracts.ingest import UploadParsed
from shared.messaging.service import Publish, Service
from shared.mongo import connect

__all__ = ["build", "cone_store"]


def build(settings: Settings) -> Service:
    """Return the catalog service."""
    surveys = read_definitions(settings.surveys_dir)
    cones, fetcher = cone_store(settings, surveys)
    tables = _shared_tables(settings)
    listed = partial(on_stars_listed, around=cones.around, surveys=surveys)

    @asynccontextmanager
    async def fetching(_: Publish) -> AsyncIterator[None]:
        yield
        fetcher.close()

    return Service(
        name="catalog",
        hears={
            UploadParsed: tables.alike(listed),
            ImageMeasured: tables.alike(listed),
            ImageSubmitted: tables.alike(
                partial(on_image_submitted, around=cones.around, surveys=surveys)
            ),
            ConeRequested: partial(
                on_cone_requested, cone=cones.named, most=settings.cone_stars
            ),
            AlertCreated: partial(
                on_alert_created,
                around=cones.around,
                radius=settings.warm_radius,
                looks=Pace(settings.survey_an_hour),
                fetches=Pace(settings.warm_an_hour),
            ),
        },
        prepare=(tables.align,),
        alongside=(fetching, tables.kept_alike),
        away=is_behind,
        warnings=tables.warnings,
    )


def _shared_tables(settings: Settings) -> SharedTables:
    database, files = connect(settings, "catalog"), connect(settings, "blobs")
    here = SurveyTables(settings.data_dir)
    shared = KeptTables(database, BlobStore(files)) if settings.share_tables else None
    return SharedTables(here, shared, settings.data_dir)


def cone_store(
    settings: Settings, surveys: Mapping[str, Survey]
) -> tuple[ConeStore, Fetcher]:
    """Return the cones, and who fetches for them."""
    tiles = TileStore(settings.data_dir, settings.tile_days, settings.tile_bytes)
    contact = settings.contact or "no contact"
    agent = f"cpcs/1.0 (photometric calibration server; {contact})"
    manner = (agent, settings.fetch_timeout, settings.fetch_stars)
    remote = [survey.remote for survey in surveys.values() if survey.remote]
    footprints = Footprints(
        settings.data_dir, settings.footprints, agent, settings.tile_days
    )
    fetcher = Fetcher(
        [TapClient(url, *manner) for url in settings.tap_services],
        {one.hats: HatsArchive(one.hats, *manner) for one in remote if one.hats},
        at_once=settings.fetches_at_once,
        shelf=tiles,
        covers=footprints.covers,
    )
    cones = ConeStore(
        surveys,
        SurveyTables(settings.data_dir),
        RemoteStars(surveys, tiles, fetcher, settings.fetch_patience),
        cached_cones=settings.cached_cones,
    )
    return cones, fetcher
