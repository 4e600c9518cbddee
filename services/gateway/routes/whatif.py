"""What if another filter or radius had been asked for: a dry run, then perhaps kept."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from aiohttp import web

from services.gateway.domain.fields import Fields, flag, required
from services.gateway.domain.forms import chosen_band, match_radius
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.asking import ask
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.respond import page, root
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.values import BandChoice

if TYPE_CHECKING:
    from services.gateway.store.job import Job
    from services.gateway.store.observers import KnownObserver

__all__ = ["what_if"]


async def what_if(request: web.Request) -> web.StreamResponse:
    """Calibrate your own upload in another way: as a dry run, or to keep."""
    observer, form = await admitted(request)
    before, given = await _own_upload(request, observer, form.fields)
    survey, band = chosen_band(form.fields)
    job = uuid4()
    frame = given.frame.model_copy(
        update={
            "upload_id": job,
            "dry_run": not flag(form.fields, "keep"),
            "choice": BandChoice(survey=survey, band=band),
            "match_radius": match_radius(form.fields),
        }
    )
    event = given.model_copy(update={"frame": frame})
    after = await ask(request, job, observer.id, event)
    if after.state == "waiting" or not frame.dry_run:
        raise web.HTTPSeeOther(f"{root(request)}/job/{job}")
    return await page(
        request,
        "whatif.html",
        sides=[
            ("as it is", before.id, ObservationRecorded.model_validate(before.answer)),
            ("what if", job, ObservationRecorded.model_validate(after.answer)),
        ],
        given=dict(form.fields) | {"hashtag": ""},
    )


async def _own_upload(
    request: web.Request, observer: "KnownObserver", fields: Fields
) -> tuple["Job", UploadSubmitted]:
    try:
        number = UUID(required(fields, "upload"))
    except ValueError as fault:
        raise RefusalError(400, "upload must be the number of an upload.") from fault
    job = await request.app[DESK].jobs.find(number)
    if job is None or "blob" not in job.request or "magnitude" not in job.answer:
        raise RefusalError(404, "There is no such calibrated upload.")
    if job.observer_id != observer.id:
        raise RefusalError(403, "This upload belongs to another observer.")
    return job, UploadSubmitted.model_validate(job.request)
