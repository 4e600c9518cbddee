"""What is kept of a calibration, looked for again where it was only just made."""

from datetime import UTC, datetime, timedelta
from functools import partial

from services.gateway.store.job import Job
from services.gateway.store.reports import soon
from services.gateway.web.desk import Desk
from shared.contracts.alerts import ObservationRecorded, ObservationTried
from shared.contracts.calibrator import CalibrationFailed, CalibrationSolved
from shared.contracts.catalog import ShownStars

__all__ = ["matched_stars", "report_of"]

_RECENT = timedelta(seconds=20)
_MATCHED = ObservationRecorded | ObservationTried | CalibrationFailed


async def report_of(desk: Desk, job: Job) -> CalibrationSolved | None:
    """Return the report of an upload's calibration."""
    look = partial(desk.stores.reports.find, job.id)
    expected = isinstance(job.answer, ObservationRecorded | ObservationTried)
    return await (soon(look) if expected and _is_recent(job) else look())


async def matched_stars(desk: Desk, job: Job) -> ShownStars | None:
    """Return the matched stars of an upload, in every band."""
    look = partial(desk.stores.reports.stars, job.id)
    expected = isinstance(job.answer, _MATCHED)
    return await (soon(look) if expected and _is_recent(job) else look())


def _is_recent(job: Job) -> bool:
    return job.ended is not None and datetime.now(UTC) - job.ended < _RECENT
