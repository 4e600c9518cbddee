"""Stored uploads calibrated anew, with today's code and catalogues."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from aiohttp import web

from services.gateway.domain.forms import observation_number
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.intake import PLAIN, Form
from services.gateway.routes.respond import page
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.gateway import UploadSubmitted
from shared.messaging.service import Publish

if TYPE_CHECKING:
    from services.gateway.store.jobs import JobStore
    from services.gateway.store.view import ViewStore

__all__ = ["recalibrate", "resubmitted"]

_MOST_AT_ONCE = 200


async def recalibrate(request: web.Request) -> web.Response:
    """Calibrate an observer's own points anew: one, or all those of a target.

    The answer names the jobs; the light curve shows each new result when it is there.
    """
    observer, form = await admitted(request)
    desk = request.app[DESK]
    points = await _own_points(form, observer.id, desk.view)
    if len(points) > _MOST_AT_ONCE:
        raise RefusalError(400, f"More than {_MOST_AT_ONCE} points: ask the operator.")
    jobs = [await resubmitted(point, desk.jobs, desk.publish) for point in points]
    sentence = f"{len(points)} observations are being calibrated anew."
    if request[PLAIN]:
        answer = {"message": sentence, "jobs": [str(job) for job in jobs if job]}
        return web.json_response(answer, status=202)
    return await page(request, "told.html", status=202, sentence=sentence, undo=None)


async def _own_points(
    form: Form, observer_id: int, view: "ViewStore"
) -> Sequence[ObservationRecorded]:
    target = form.fields.get("EventID", "").strip()
    if target:
        alert = await view.alert(target)
        found = [] if alert is None else await view.selected(alert_id=alert.id)
    else:
        found = await view.selected(number=observation_number(form.fields))
    own = [point for point in found if point.frame.observer.id == observer_id]
    if not own:
        raise RefusalError(404, "You have no such observation on a light curve.")
    return own


async def resubmitted(
    point: ObservationRecorded, jobs: "JobStore", publish: Publish
) -> UUID | None:
    """Submit an observation's upload once more; return the job.

    ``None`` where the upload is not known here any more.
    """
    before = await jobs.find(point.frame.upload_id)
    if before is None or "blob" not in before.request:
        return None
    job = uuid4()
    frame = point.frame.model_copy(update={"upload_id": job, "recalibration": True})
    event = UploadSubmitted(
        frame=frame,
        blob=before.request["blob"],
        file_name=before.request["file_name"],
    )
    await jobs.submit(job, frame.observer.id, event, publish)
    return job
