"""A calibration's page and picture, the job behind it, and the uploaded file."""

import asyncio
import math
from contextlib import aclosing
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp_jinja2
from aiohttp import web

from services.gateway.domain.chart import Chart
from services.gateway.domain.panels import Star, panels, zero_point_chart
from services.gateway.domain.picture import as_png
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.respond import page, root
from services.gateway.routes.stream import event_stream
from shared.blobs import BlobMissingError
from shared.columns import unpack
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.calibrator import CalibrationFailed, StarResiduals, ZeroPoint

if TYPE_CHECKING:
    from services.gateway.store.job import Job

__all__ = [
    "calibration_page",
    "calibration_picture",
    "job_live",
    "job_page",
    "show_calibration",
    "show_job",
    "uploaded_file",
]

_IS_CALIBRATION = "magnitude"
_OUTLIER = 1
_REASONS = {
    1: "outlier",
    2: "known variable",
    3: "blended",
    4: "the target",
}


async def job_page(request: web.Request) -> web.Response:
    """Show how far an upload has come; JSON with ``?format=json``."""
    job = await _job(request)
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
    if job.state == "done" and _IS_CALIBRATION in job.answer:
        raise web.HTTPSeeOther(f"{root(request)}/calibration/{job.id}")
    return await show_job(request, job)


async def job_live(request: web.Request) -> web.StreamResponse:
    """Stream the stages of an upload, as pieces of its page."""
    job, jobs = await _job(request), request.app[DESK].jobs
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
    return await page(
        request,
        "job.html",
        status=status,
        job=job,
        ranking=failed.ranking if failed else (),
        chart=_failed_chart(failed) if failed else None,
    )


def _failed(job: "Job") -> CalibrationFailed | None:
    if job.state != "refused" or "ranking" not in job.answer:
        return None
    return CalibrationFailed.model_validate(job.answer)


def _failed_chart(failed: CalibrationFailed) -> Chart | None:
    if failed.stars is None:
        return None
    return _zero_point_chart(failed.ranking[0], failed.stars)


async def calibration_page(request: web.Request) -> web.Response:
    """Show what an upload's calibration found, and how."""
    job = await _job(request)
    if job.state != "done" or _IS_CALIBRATION not in job.answer:
        raise web.HTTPSeeOther(f"{root(request)}/job/{job.id}")
    return await show_calibration(request, job)


async def show_calibration(request: web.Request, job: "Job") -> web.Response:
    """Return the page of an upload's calibration."""
    point = ObservationRecorded.model_validate(job.answer)
    report = await request.app[DESK].view.report(job.id)
    stars = _stars(report.stars) if report else []
    fit, target = point.zero_point, point.frame.target
    name = f"{fit.survey}/{fit.band}"
    return await page(
        request,
        "calibration.html",
        job=job,
        point=point,
        report=report,
        stars=stars,
        charts=panels(stars, name, fit.colour_name, (target.ra, target.dec)),
    )


async def calibration_picture(request: web.Request) -> web.Response:
    """Draw instrumental against catalogue magnitudes."""
    report = await request.app[DESK].view.report(_upload(request))
    if report is None:
        raise RefusalError(404, "There is no calibration of this upload.")
    drawing = _zero_point_chart(report.best, report.stars)
    if request.match_info["layout"] == "png":
        content = await asyncio.to_thread(as_png, drawing)
        return web.Response(body=content, content_type="image/png")
    drawn = aiohttp_jinja2.render_string("picture.svg", request, {"chart": drawing})
    return web.Response(text=drawn, content_type="image/svg+xml")


async def uploaded_file(request: web.Request) -> web.Response:
    """Return the file as it was uploaded."""
    job = await _job(request)
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


async def _job(request: web.Request) -> "Job":
    job = await request.app[DESK].jobs.find(_upload(request))
    if job is None:
        raise RefusalError(404, "There is no such upload.")
    return job


def _upload(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["upload"])
    except ValueError as fault:
        raise RefusalError(404, "There is no such upload.") from fault


def _stars(stars: StarResiduals) -> list[Star]:
    """Return the matched stars, bright ones first."""
    count = len(unpack(stars.mag))
    used = unpack(stars.used).tolist()
    reasons = unpack(stars.reason).tolist() or [_OUTLIER] * count
    colours = unpack(stars.colour).tolist() or [math.nan] * count
    columns = (
        unpack(column).tolist()
        for column in (
            stars.ra,
            stars.dec,
            stars.mag,
            stars.mag_err,
            stars.reference_mag,
            stars.residual,
        )
    )
    told = [
        "" if kept else _REASONS[int(r)] for kept, r in zip(used, reasons, strict=True)
    ]
    rows = zip(*columns, colours, told, strict=True)
    return sorted((Star(*row) for row in rows), key=lambda star: star.mag)


def _zero_point_chart(fit: ZeroPoint, stars: StarResiduals) -> Chart:
    return zero_point_chart(_stars(stars), f"{fit.survey}/{fit.band}")
