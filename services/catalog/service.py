"""Wires catalog: the only place where its parts meet."""

from functools import partial

from services.catalog.handlers import (
    on_alert_created,
    on_cone_requested,
    on_upload_parsed,
)
from services.catalog.settings import Settings
from services.catalog.store import SurveyTables, read_definitions
from shared.contracts.alerts import AlertCreated
from shared.contracts.catalog import (
    ConeServed,
    FieldMatched,
    FieldUnmatched,
    SurveysMatched,
)
from shared.contracts.gateway import ConeRequested
from shared.contracts.ingest import UploadParsed
from shared.messaging.service import Service

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the catalog service."""
    surveys = read_definitions(settings.surveys_dir)
    tables = SurveyTables(settings.data_dir, surveys, settings.cached_cones)
    return Service(
        name="catalog",
        hears={
            UploadParsed: partial(
                on_upload_parsed, cones=tables.around, surveys=surveys
            ),
            ConeRequested: partial(
                on_cone_requested, cone=tables.cone, most=settings.cone_stars
            ),
            AlertCreated: partial(
                on_alert_created, cones=tables.around, radius=settings.warm_radius
            ),
        },
        says=(FieldMatched, SurveysMatched, FieldUnmatched, ConeServed),
    )
