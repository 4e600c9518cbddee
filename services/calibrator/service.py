"""Wires the calibrator: the only place where its parts meet."""

from functools import partial

from services.calibrator.domain.model import FitLimits
from services.calibrator.handlers import on_colour_reset_requested, on_field_matched
from services.calibrator.nights import NightStore
from services.calibrator.settings import Settings
from services.calibrator.store import ColourTermStore
from shared.contracts.catalog import FieldMatched
from shared.contracts.gateway import ColourResetRequested
from shared.messaging.service import Service
from shared.mongo import answers, connect, is_away

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the calibrator service."""
    limits = FitLimits(settings.min_stars, settings.max_scatter, settings.max_outliers)
    database = connect(settings, "calibrator")
    terms, nights = ColourTermStore(database), NightStore(database)
    return Service(
        name="calibrator",
        hears={
            FieldMatched: partial(
                on_field_matched, limits=limits, terms=terms, nights=nights
            ),
            ColourResetRequested: partial(on_colour_reset_requested, terms=terms),
        },
        prepare=(terms.prepare, nights.prepare),
        ready=partial(answers, database),
        away=is_away,
    )
