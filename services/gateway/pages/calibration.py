"""A calibration's page and picture."""

import asyncio

import aiohttp_jinja2
from aiohttp import web

from services.gateway.domain.panels import deepest, panels, zero_point_chart
from services.gateway.domain.picture import as_png
from services.gateway.domain.refusal import RefusalError
from services.gateway.pages.jobs import named_job, named_upload
from services.gateway.pages.star_columns import band_names, rows_of, stars_of
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import root
from services.gateway.web.respond import page
from shared.contracts.alerts import ObservationRecorded

__all__ = ["calibration_page", "calibration_picture", "show_calibration"]


async def calibration_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show what an upload's calibration found, and how."""
    job = await named_job(request)
    if not isinstance(job.answer, ObservationRecorded):
        raise web.HTTPSeeOther(f"{root(request)}/job/{job.id}")
    return await show_calibration(request, observer, job, job.answer)


async def show_calibration(
    request: web.Request,
    observer: KnownObserver,
    job: Job,
    point: ObservationRecorded,
) -> web.Response:
    """Return the page of an upload's calibration."""
    reports = request.app[DESK].stores.reports
    report, matched = await reports.find(job.id), await reports.stars(job.id)
    stars = stars_of(report.stars) if report else []
    fit, target = point.zero_point, point.frame.target
    name = f"{fit.survey}/{fit.band}"
    return await page(
        request,
        observer,
        "calibration.html",
        job=job,
        point=point,
        report=report,
        stars=stars,
        best=name,
        bands=band_names(matched),
        rows=rows_of(matched, stars),
        charts=panels(stars, name, fit.colour_name, (target.ra, target.dec)),
        depth_of_colour=deepest(stars),
    )


async def calibration_picture(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Draw instrumental against catalogue magnitudes."""
    report = await request.app[DESK].stores.reports.find(named_upload(request))
    if report is None:
        raise RefusalError(404, "There is no calibration of this upload.")
    fit = report.best
    drawing = zero_point_chart(stars_of(report.stars), f"{fit.survey}/{fit.band}")
    if request.match_info["layout"] == "png":
        content = await asyncio.to_thread(as_png, drawing)
        return web.Response(body=content, content_type="image/png")
    drawn = aiohttp_jinja2.render_string("picture.svg", request, {"chart": drawing})
    return web.Response(text=drawn, content_type="image/svg+xml")
