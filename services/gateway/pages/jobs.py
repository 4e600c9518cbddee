"""A job: how far it has come, live, and what was refused; the uploaded file."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

import aiohttp_jinja2
from aiohttp import web

from services.gateway.actions.images import seen_on
from services.gateway.actions.reports import matched_stars
from services.gateway.domain.panels import zero_point_chart
from services.gateway.domain.refusal import RefusalError
from services.gateway.pages.images import image_shown
from services.gateway.pages.star_columns import band_names, rows_of, stars_of
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import root
from services.gateway.web.respond import page
from services.gateway.web.sse import event, event_stream
from shared.blobs import BlobMissingError
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.calibrator import CalibrationFailed
from shared.contracts.catalog import FieldUnmatched
from shared.contracts.gateway import ImageSubmitted, UploadSubmitted

__all__ = [
    "job_live",
    "job_page",
    "named_job",
    "named_upload",
    "show_job",
    "uploaded_file",
]


async def job_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show how far an upload has come; JSON with ``?format=json``."""
    job = await named_job(request)
    if form.fields.get("format") == "json":
        return web.json_response(
            {
                "id": str(job.id),
                "state": job.state,
                "message": job.message,
                "hint": job.hint,
                "answer": job.answer.model_dump(mode="json") if job.answer else {},
            }
        )
    if isinstance(job.answer, ObservationRecorded):
        raise web.HTTPSeeOther(f"{root(request)}/calibration/{job.id}")
    return await show_job(request, observer, job)


async def job_live(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Stream the stages of an upload, as pieces of its page."""
    job = await named_job(request)
    return await event_stream(request, _stages(request, job))


async def _stages(request: web.Request, job: Job) -> AsyncGenerator[str, None]:
    jobs = request.app[DESK].stores.jobs
    async with aclosing(jobs.follow(job.id)) as changes:
        async for found in changes:
            content = {"job": found, "root": root(request)}
            text = aiohttp_jinja2.render_string("stages.html", request, content)
            yield event("stages", text)
    yield event("end", "end")


async def show_job(
    request: web.Request, observer: KnownObserver, job: Job, status: int = 200
) -> web.Response:
    """Return the page of a job, with the fits of a calibration that failed."""
    failed = job.answer if isinstance(job.answer, CalibrationFailed) else None
    chosen = stars_of(failed.stars) if failed and failed.stars else []
    desk = request.app[DESK]
    matched = await matched_stars(desk, job) if failed else None
    seen = await seen_on(desk, job)
    best = failed.ranking[0] if failed and failed.ranking else None
    name = f"{best.survey}/{best.band}" if best else ""
    return await page(
        request,
        observer,
        "job.html",
        status=status,
        job=job,
        ranking=failed.ranking if failed else (),
        chart=zero_point_chart(chosen, name, None) if chosen else None,
        best=name,
        widen=isinstance(job.answer, FieldUnmatched) and "radius" in job.hint,
        bands=band_names(matched),
        rows=rows_of(matched, chosen),
        **image_shown(seen, failed.stars if failed else None, job.id),
    )


async def uploaded_file(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return the file as it was uploaded."""
    job = await named_job(request)
    if not isinstance(job.request, UploadSubmitted | ImageSubmitted):
        raise RefusalError(404, "This job has no file.")
    try:
        content = await request.app[DESK].blobs.get(job.request.blob)
    except BlobMissingError as fault:
        raise RefusalError(404, "The file is no longer kept.") from fault
    is_image = isinstance(job.request, ImageSubmitted)
    name = "image.fits" if is_image else "catalogue.cat"
    return web.Response(
        body=content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def named_job(request: web.Request) -> Job:
    """Return the job that the path names.

    Raises
    ------
    RefusalError
        There is none.
    """
    job = await request.app[DESK].stores.jobs.find(named_upload(request))
    if job is None:
        raise RefusalError(404, "There is no such upload.")
    return job


def named_upload(request: web.Request) -> UUID:
    """Return the number of the upload that the path names.

    Raises
    ------
    RefusalError
        It is no such number.
    """
    try:
        return UUID(request.match_info["upload"])
    except ValueError as fault:
        raise RefusalError(404, "There is no such upload.") from fault
