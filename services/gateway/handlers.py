"""What the gateway does with the events it hears: keep the view, end the jobs."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog

from services.gateway.domain.happening import Happening
from services.gateway.store.colour_terms import LearnedTerms
from services.gateway.store.feed import FeedStore
from services.gateway.store.images import ImageStore
from services.gateway.store.jobs import JobStore
from services.gateway.store.packets import PacketStore
from services.gateway.store.places import PlaceStore
from services.gateway.store.reports import ReportStore
from services.gateway.store.view import ViewStore
from shared.columns import unpack
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
    PlaceCharted,
    PlaceSurveyed,
    SurveysMatched,
)
from shared.contracts.imager import ImageMeasured, ImageRejected
from shared.contracts.ingest import FieldLocated, UploadParsed, UploadRejected
from shared.messaging.topology import queue_name
from shared.messaging.transport import TOO_LARGE, DeadLetter

__all__ = [
    "on_alert",
    "on_calibration_solved",
    "on_colour_learned",
    "on_colours_forgotten",
    "on_cone_served",
    "on_dead_letter",
    "on_field_located",
    "on_image_measured",
    "on_image_rejected",
    "on_observation_deleted",
    "on_observation_recorded",
    "on_packet_decided",
    "on_place_charted",
    "on_place_surveyed",
    "on_request_refused",
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


async def on_place_charted(event: PlaceCharted, *, jobs: JobStore) -> Sequence[Event]:
    """Show how far an image has come."""
    stars = len(unpack(event.star_ra))
    about = f"{event.survey} {stars} stars" if stars else "no stars known here"
    await jobs.reach(event.frame.upload_id, "charted", about)
    return []


async def on_image_measured(
    event: ImageMeasured, *, jobs: JobStore, images: ImageStore
) -> Sequence[Event]:
    """Show how far an image has come, and keep what was seen on it."""
    await images.put(event)
    plate, quality = event.plate, event.quality
    about = (
        f"{quality.stars} stars, HFD {quality.hfd * plate.scale:.1f} arcsec, "
        f"plate from {plate.matched} stars, {plate.rms:.2f} arcsec"
    )
    await jobs.reach(event.frame.upload_id, "measured", about)
    return []


async def on_image_rejected(
    event: ImageRejected, *, jobs: JobStore, images: ImageStore
) -> Sequence[Event]:
    """Tell the observer why nothing was measured, and keep what was seen."""
    await images.put(event)
    told = event.model_copy(update={"seen": None})
    await jobs.refuse(event.frame.upload_id, event.message, event.hint, told)
    return []


async def on_surveys_matched(
    event: SurveysMatched, *, jobs: JobStore, reports: ReportStore
) -> Sequence[Event]:
    """Show how far an upload has come, and keep its brightest stars."""
    if event.stars is not None:
        await reports.put_stars(event.upload_id, event.stars)
    about = ", ".join(f"{one.survey} {one.stars}" for one in event.surveys)
    await jobs.reach(event.upload_id, "matched", about)
    return []


async def on_alert(
    event: AlertCreated | AlertRevised,
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Show the target, and answer whoever entered it."""
    alert = event.alert
    await view.put_alert(alert)
    await _tell(feed, f"target:{alert.id}:{alert.revision}", alert.id, alert)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_observation_recorded(
    event: ObservationRecorded,
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Show the point, and answer the observer; a dry run is only answered."""
    upload, number = event.frame.upload_id, event.observation_id
    if event.stored and number is not None:
        await view.put_observation(event)
        name = f"observation:{number}:{event.revision}"
        await asyncio.gather(
            _tell(feed, name, event.frame.target.alert_id, event),
            jobs.finish(upload, event, stored=f"observation {number}"),
        )
    else:
        await jobs.finish(upload, event)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_observation_deleted(
    event: ObservationDeleted,
    *,
    view: ViewStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Hide the point, and answer whoever deleted it."""
    await view.drop_observation(event)
    name = f"deletion:{event.observation_id}:{event.revision}"
    await _tell(feed, name, event.alert_id, event)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def _tell(feed: FeedStore, number: str, alert_id: int, event: Any) -> None:
    kind = number.partition(":")[0]
    content = event.model_dump(mode="json")
    await feed.tell(Happening(number, kind, alert_id, content))


async def on_calibration_solved(
    event: CalibrationSolved, *, reports: ReportStore, jobs: JobStore
) -> Sequence[Event]:
    """Keep the report, for the calibration page."""
    await reports.put(event)
    fit = event.best
    about = f"{fit.survey}/{fit.band}, {fit.stars_used} stars"
    await jobs.reach(event.frame.upload_id, "solved", about)
    return []


async def on_upload_refused(
    event: UploadRejected | FieldUnmatched | CalibrationFailed, *, jobs: JobStore
) -> Sequence[Event]:
    """Tell the observer why there is no magnitude."""
    await jobs.refuse(event.frame.upload_id, event.message, event.hint, event)
    return []


async def on_packet_decided(
    event: PacketDecided,
    *,
    packets: PacketStore,
    jobs: JobStore,
    feed: FeedStore,
) -> Sequence[Event]:
    """Show what became of a packet of an alert stream."""
    await packets.put(event)
    name = f"packet:{event.number}:{event.revision}"
    told = event.model_copy(update={"content": ""})
    await _tell(feed, name, event.alert_id or 0, told)
    if event.request_id is not None:
        await jobs.finish(event.request_id, told)
    return []


async def on_request_refused(
    event: RequestRefused, *, jobs: JobStore
) -> Sequence[Event]:
    """Tell the person why nothing was done."""
    await jobs.refuse(
        event.request_id, event.message, event.hint, missing=event.missing
    )
    return []


async def on_place_surveyed(
    event: PlaceSurveyed, *, places: PlaceStore
) -> Sequence[Event]:
    """Keep which surveys have stars around a target."""
    await places.put(event)
    return []


async def on_cone_served(event: ConeServed, *, jobs: JobStore) -> Sequence[Event]:
    """Hand the reference stars to whoever asked."""
    await jobs.finish(event.request_id, event)
    return []


async def on_field_located(event: FieldLocated, *, jobs: JobStore) -> Sequence[Event]:
    """Hand the place of an image to the upload that waits for it, or why not."""
    if event.cap is None:
        await jobs.refuse(event.request_id, event.message, event.hint)
    else:
        await jobs.finish(event.request_id, event)
    return []


async def on_colour_learned(
    event: ColourTermLearned, *, terms: LearnedTerms
) -> Sequence[Event]:
    """Keep the colour term, for the observer to see."""
    await terms.put(event)
    return []


async def on_colours_forgotten(
    event: ColourTermsForgotten, *, terms: LearnedTerms, jobs: JobStore
) -> Sequence[Event]:
    """Show them no more, and answer whoever asked."""
    await terms.forget(event)
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
