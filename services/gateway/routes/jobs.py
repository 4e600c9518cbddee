"""A job: how far it has come, live, and what was refused; the uploaded file."""

from contextlib import aclosing
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp_jinja2
from aiohttp import web

from services.gateway.domain.panels import zero_point_chart
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.matched import band_names, rows_of, stars_of
from services.gateway.routes.respond import page, root
from services.gateway.routes.stream import event_stream
from shared.blobs import BlobMissingError
from shared.contracts.calibrator import CalibrationFailed

if TYPE_CHECKING:
    from services.gateway.store.job import Job

__all__ = [
    "asked_job",
    "asked_upload",
    "job_live",
    "job_page",
    "show_job",
    "uploaded_file",
]


async def job_page(request: web.Request) -> web.Response:
    """Show how far an upload has come; JSON with ``?format=json``."""
    job = await asked_job(request)
    if request.query.get("format") == "json":
        return web.json_response(
            {
                "id": str(job.id),
                "state": job.state,
                "message": job.message,
                "hint": job.hint,
                "answer": job.answer,
            }
        )
    if job.state == "done" and "magnitude" in job.answer:
        raise web.HTTPSeeOther(f"{root(request)}/calibration/{job.id}")
    return await show_job(request, job)


async def job_live(request: web.Request) -> web.StreamResponse:
    """Stream the stages of an upload, as pieces of its page."""
    job, jobs = await asked_job(request), request.app[DESK].jobs
    stream = await event_stream(request)
    async with aclosing(jobs.follow(job.id)) as changes:
        async for found in changes:
            content = {"job": found, "root": root(request)}
            text = aiohttp_jinja2.render_string("stages.html", request, content)
            lines = "".join(f"data: {line}\n" for line in text.splitlines())
            await stream.write(f"event: stages\n{lines}\n".encode())
    await stream.write(b"event: end\ndata: end\n\n")
    return stream


async def show_job(request: web.Request, job: "Job", status: int = 200) -> web.Response:
    """Return the page of a job, with the fits of a calibration that failed."""
    failed = _failed(job)
    chosen = stars_of(failed.stars) if failed and failed.stars else []
    matched = await request.app[DESK].reports.stars(job.id) if failed else None
    best = failed.ranking[0] if failed and failed.ranking else None
    name = f"{best.survey}/{best.band}" if best else ""
    return await page(
        request,
        "job.html",
        status=status,
        job=job,
        ranking=failed.ranking if failed else (),
        chart=zero_point_chart(chosen, name) if chosen else None,
        best=name,
        bands=band_names(matched),
        rows=rows_of(matched, chosen),
    )


def _failed(job: "Job") -> CalibrationFailed | None:
    if job.state != "refused" or "ranking" not in job.answer:
        return None
    return CalibrationFailed.model_validate(job.answer)


async def uploaded_file(request: web.Request) -> web.Response:
    """Return the file as it was uploaded."""
    job = await asked_job(request)
    if "blob" not in job.request:
        raise RefusalError(404, "This job has no file.")
    try:
        content = await request.app[DESK].blobs.get(job.request["blob"])
    except BlobMissingError as fault:
        raise RefusalError(404, "The file is no longer kept.") from fault
    return web.Response(
        body=content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": 'attachment; filename="catalogue.cat"'},
    )


async def asked_job(request: web.Request) -> "Job":
    """Return the job that the path names.

    Raises
    ------
    RefusalError
        There is none.
    """
    job = await request.app[DESK].jobs.find(asked_upload(request))
    if job is None:
        raise RefusalError(404, "There is no such upload.")
    return job


def asked_upload(request: web.Request) -> UUID:
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
