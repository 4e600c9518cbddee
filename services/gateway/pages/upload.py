"""``cgi/upload``: an observer's star list becomes a calibrated magnitude."""

from aiohttp import web

from services.gateway.actions.images import seen_on
from services.gateway.actions.uploads import calibrated, checked_upload
from services.gateway.domain.fields import flag
from services.gateway.pages.calibration import show_calibration
from services.gateway.pages.jobs import show_job
from services.gateway.pages.legacy import upload_answer, upload_waiting
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.contracts.alerts import ObservationRecorded

__all__ = ["upload"]


async def upload(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Calibrate an uploaded star list and answer with the magnitude."""
    desk, here = request.app[DESK], address(request)
    event = await checked_upload(desk, observer, form)
    job = await calibrated(desk, event)
    match job.answer:
        case ObservationRecorded() as point if form.plain:
            without = flag(form.fields, "noPlot")
            image = "" if without else f"{here}/calibration/{job.id}.png"
            seen = await seen_on(desk, job)
            return web.json_response(upload_answer(point, image, seen))
        case ObservationRecorded() as point:
            return await show_calibration(request, observer, job, point)
        case _ if form.plain:
            waiting = upload_waiting(f"{here}/job/{job.id}")
            return web.json_response(waiting, status=202)
        case _:
            return await show_job(request, observer, job, status=202)
