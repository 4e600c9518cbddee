"""How far an upload has come, and how it ends."""

from collections.abc import Sequence

import structlog

from services.gateway.handlers.counted import count_refused, count_solved
from services.gateway.store.jobs import JobStore
from services.gateway.store.reports import ReportStore
from shared.columns import unpack
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibrationFailed,
    CalibrationSolved,
    ColourTermLearned,
)
from shared.contracts.catalog import (
    FieldUnmatched,
    PlaceCharted,
    PlaceSurveyed,
    SurveysMatched,
)
from shared.contracts.imager import ImageMeasured
from shared.contracts.ingest import FieldLocated, UploadParsed, UploadRejected
from shared.messaging.topology import queue_name
from shared.messaging.transport import TOO_LARGE, DeadLetter

__all__ = [
    "on_calibration_solved",
    "on_dead_letter",
    "on_field_located",
    "on_surveys_matched",
    "on_upload_parsed",
    "on_upload_refused",
]

_log = structlog.get_logger()
_SHOWN_ONLY = (
    UploadParsed,
    PlaceCharted,
    ImageMeasured,
    SurveysMatched,
    CalibrationSolved,
    PlaceSurveyed,
    ColourTermLearned,
)
_NOT_WAITED_FOR = {queue_name("gateway", event) for event in _SHOWN_ONLY}
"""Their loss leaves a page poorer, and no job without its end."""


async def on_upload_parsed(event: UploadParsed, *, jobs: JobStore) -> Sequence[Event]:
    """Show how far an upload has come."""
    about = f"{len(unpack(event.stars.mag))} stars"
    await jobs.reach(event.frame.upload_id, "parsed", about)
    return []


async def on_surveys_matched(
    event: SurveysMatched, *, jobs: JobStore, reports: ReportStore
) -> Sequence[Event]:
    """Show how far an upload has come, and keep its brightest stars."""
    about = ", ".join(f"{one.survey} {one.stars}" for one in event.surveys)
    with reports.expected(event):
        await jobs.reach(event.upload_id, "matched", about)
        await reports.put(event)
    return []


async def on_calibration_solved(
    event: CalibrationSolved, *, reports: ReportStore, jobs: JobStore
) -> Sequence[Event]:
    """Keep the report, for the calibration page."""
    count_solved(event)
    fit = event.best
    about = f"{fit.survey}/{fit.band}, {fit.stars_used} stars"
    with reports.expected(event):
        await jobs.reach(event.frame.upload_id, "solved", about)
        await reports.put(event)
    return []


async def on_upload_refused(
    event: UploadRejected | FieldUnmatched | CalibrationFailed, *, jobs: JobStore
) -> Sequence[Event]:
    """Tell the observer why there is no magnitude."""
    count_refused(event)
    await jobs.refuse(event.frame.upload_id, event.message, event.hint, event)
    return []


async def on_field_located(event: FieldLocated, *, jobs: JobStore) -> Sequence[Event]:
    """Hand the place of an image to the upload that waits for it, or why not."""
    if event.cap is None:
        await jobs.refuse(event.request_id, event.message, event.hint)
    else:
        await jobs.finish(event.request_id, event)
    return []


async def on_dead_letter(letter: DeadLetter, *, jobs: JobStore) -> None:
    """Tell whoever waits that their job does not go on by itself."""
    job = letter.envelope.correlation_id
    if letter.queue in _NOT_WAITED_FOR:
        return
    _log.error("job.stalled", job=str(job), queue=letter.queue, reason=letter.reason)
    if letter.reason.startswith(TOO_LARGE):
        hint = "Upload fewer stars: the bright ones, around the target"
        await jobs.refuse(job, "There is too much in it to be calibrated.", hint)
    else:
        sentence = "Not finished: the operator has been told."
        await jobs.stall(job, sentence, "It goes on when the operator lets it")
