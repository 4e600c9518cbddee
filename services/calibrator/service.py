"""Wires the calibrator: the only place where its parts meet."""

from functools import partial

from services.calibrator.domain.model import FitLimits
from services.calibrator.handlers import on_field_matched
from services.calibrator.settings import Settings
from shared.contracts.calibrator import CalibrationFailed, CalibrationSolved
from shared.contracts.catalog import FieldMatched
from shared.messaging.service import Service

__all__ = ["build"]


def build(settings: Settings) -> Service:
    """Return the calibrator service."""
    limits = FitLimits(settings.min_stars, settings.max_scatter, settings.max_outliers)
    return Service(
        name="calibrator",
        hears={FieldMatched: partial(on_field_matched, limits=limits)},
        says=(CalibrationSolved, CalibrationFailed),
    )
