"""Wires alerts: the only place where its parts meet."""

from functools import partial

from services.alerts.handlers import (
    on_alert_requested,
    on_calibration_solved,
    on_deletion_requested,
    on_restoration_requested,
)
from services.alerts.settings import Settings
from services.alerts.store import AlertStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import (
    AlertRequested,
    DeletionRequested,
    RestorationRequested,
)
from shared.messaging.service import Service
from shared.mongo import answers, connect

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the alerts service."""
    database = connect(settings, "alerts")
    store = AlertStore(database)
    return Service(
        name="alerts",
        hears={
            AlertRequested: partial(on_alert_requested, store=store),
            DeletionRequested: partial(on_deletion_requested, store=store),
            RestorationRequested: partial(on_restoration_requested, store=store),
            CalibrationSolved: partial(on_calibration_solved, store=store),
        },
        says=(
            AlertCreated,
            AlertRevised,
            ObservationRecorded,
            ObservationDeleted,
            RequestRefused,
        ),
        prepare=(store.prepare,),
        ready=partial(answers, database),
    )
