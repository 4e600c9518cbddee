"""Wires the calibrator: the only place where its parts meet."""

from functools import partial

from services.calibrator.domain.model import FitLimits
from services.calibrator.handlers.fields import (
    on_colour_reset_requested,
    on_field_matched,
)
from services.calibrator.handlers.networks import (
    on_network_changed,
    on_observation_deleted,
    on_observation_recorded,
)
from services.calibrator.networks import Networks
from services.calibrator.settings import Settings
from services.calibrator.store.measured import MeasuredStore
from services.calibrator.store.networks import NetworkStore
from services.calibrator.store.nights import NightStore
from services.calibrator.store.points import PointStore
from services.calibrator.store.terms import ColourTermStore
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.contracts.calibrator import NetworkChanged
from shared.contracts.catalog import FieldMatched
from shared.contracts.gateway import ColourResetRequested
from shared.messaging.service import Service
from shared.mongo import answers, connect, is_away

__all__ = ["build"]

_ANSWERED = 0.05
"""[s] Within this after its point was recorded an observer has the answer."""

_LONGEST = 900.0
"""[s] Networks wait for one another: one of 10,000 frames takes 10 s a band."""


def build(settings: Settings) -> Service:
    """Return the calibrator service."""
    limits = FitLimits(settings.min_stars, settings.max_scatter, settings.max_outliers)
    database = connect(settings, "calibrator")
    terms, nights = ColourTermStore(database), NightStore(database)
    measured, points = MeasuredStore(database), PointStore(database)
    return Service(
        name="calibrator",
        hears={
            FieldMatched: partial(
                on_field_matched,
                limits=limits,
                terms=terms,
                nights=nights,
                measured=measured,
            ),
            ObservationRecorded: partial(
                on_observation_recorded,
                points=points,
                measured=measured,
                pause=_ANSWERED,
            ),
            ObservationDeleted: partial(on_observation_deleted, points=points),
            NetworkChanged: partial(
                on_network_changed,
                points=points,
                versions=NetworkStore(database),
                networks=Networks(measured),
                pause=settings.network_pause,
            ),
            ColourResetRequested: partial(on_colour_reset_requested, terms=terms),
        },
        prepare=(terms.prepare, nights.prepare, points.prepare, measured.prepare),
        ready=partial(answers, database),
        longest=_LONGEST,
        away=is_away,
    )
