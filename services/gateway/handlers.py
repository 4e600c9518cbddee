"""What the gateway does with the events it hears: keep the view, end the jobs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import (
    CalibrationFailed,
    CalibrationSolved,
    ColourTermLearned,
    ColourTermsForgotten,
)
from shared.contracts.catalog import ConeServed, FieldUnmatched
from shared.contracts.ingest import UploadRejected

if TYPE_CHECKING:
    from services.gateway.store.colours import ColourStore
    from services.gateway.store.jobs import JobStore
    from services.gateway.store.view import ViewStore

__all__ = [
    "on_alert",
    "on_calibration_solved",
    "on_colour_learned",
    "on_colours_forgotten",
    "on_cone_served",
    "on_observation_deleted",
    "on_observation_recorded",
    "on_request_refused",
    "on_upload_refused",
]


async def on_alert(
    event: AlertCreated | AlertRevised, *, view: "ViewStore", jobs: "JobStore"
) -> Sequence[Event]:
    """Show the target, and answer whoever entered it."""
    await view.put_alert(event.alert)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_observation_recorded(
    event: ObservationRecorded, *, view: "ViewStore", jobs: "JobStore"
) -> Sequence[Event]:
    """Show the point, and answer the observer; a dry run is only answered."""
    if event.stored:
        await view.put_observation(event)
    await jobs.finish(event.frame.upload_id, event)
    return []


async def on_observation_deleted(
    event: ObservationDeleted, *, view: "ViewStore", jobs: "JobStore"
) -> Sequence[Event]:
    """Hide the point, and answer whoever deleted it."""
    await view.drop_observation(event)
    if event.request_id is not None:
        await jobs.finish(event.request_id, event)
    return []


async def on_calibration_solved(
    event: CalibrationSolved, *, view: "ViewStore"
) -> Sequence[Event]:
    """Keep the report, for the calibration page."""
    await view.put_report(event)
    return []


async def on_upload_refused(
    event: UploadRejected | FieldUnmatched | CalibrationFailed, *, jobs: "JobStore"
) -> Sequence[Event]:
    """Tell the observer why there is no magnitude."""
    await jobs.refuse(event.frame.upload_id, event.message, event.hint, event)
    return []


async def on_request_refused(
    event: RequestRefused, *, jobs: "JobStore"
) -> Sequence[Event]:
    """Tell the person why nothing was done."""
    await jobs.refuse(event.request_id, event.message, event.hint)
    return []


async def on_cone_served(event: ConeServed, *, jobs: "JobStore") -> Sequence[Event]:
    """Hand the reference stars to whoever asked."""
    await jobs.finish(event.request_id, event)
    return []


async def on_colour_learned(
    event: ColourTermLearned, *, colours: "ColourStore"
) -> Sequence[Event]:
    """Keep the colour term, for the observer to see."""
    await colours.put(event)
    return []


async def on_colours_forgotten(
    event: ColourTermsForgotten, *, colours: "ColourStore", jobs: "JobStore"
) -> Sequence[Event]:
    """Show them no more, and answer whoever asked."""
    await colours.forget(event)
    await jobs.finish(event.request_id, event)
    return []
