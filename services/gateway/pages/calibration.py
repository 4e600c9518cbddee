"""A calibration: its page, its card beside the light curve, its picture."""

import asyncio
import math
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from services.gateway.actions.images import seen_on
from services.gateway.actions.reports import matched_stars, report_of
from services.gateway.domain.multiples import Fitted, Multiple, multiples
from services.gateway.domain.panels import (
    Measured,
    deepest,
    panels,
    zero_point_chart,
)
from services.gateway.domain.picture import as_png
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.writing import bare
from services.gateway.pages.images import image_shown
from services.gateway.pages.jobs import named_job
from services.gateway.pages.star_columns import band_names, rows_of, stars_of
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.store.view import ViewStore
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import root
from services.gateway.web.respond import page
from shared.contracts.alerts import ObservationRecorded

__all__ = [
    "calibration_card",
    "calibration_page",
    "calibration_picture",
    "show_calibration",
]


async def calibration_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show what an upload's calibration found, and how."""
    job, point = await _calibrated(request)
    return await show_calibration(request, observer, job, point)


async def calibration_card(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a calibration beside the light curve: a piece of a page."""
    job, point = await _calibrated(request)
    return await show_calibration(request, observer, job, point, "card.html")


async def show_calibration(
    request: web.Request,
    observer: KnownObserver,
    job: Job,
    point: ObservationRecorded,
    template: str = "calibration.html",
) -> web.Response:
    """Return the page of an upload's calibration."""
    stores = request.app[DESK].stores
    content, now, seen = await asyncio.gather(
        _content(request, job, point),
        _standing(stores.view, point),
        seen_on(request.app[DESK], job),
    )
    report = content["report"]
    replaced = now is not None and now.frame.upload_id != job.id
    return await page(
        request,
        observer,
        template,
        job=job,
        point=point,
        now=now,
        stands=now is not None and not replaced,
        replaced=replaced,
        **content,
        **image_shown(seen, report.stars if report else None, job.id),
    )


async def _standing(
    view: ViewStore, point: ObservationRecorded
) -> ObservationRecorded | None:
    """Return the observation that a frame has on its light curve now, if any."""
    if not point.stored or point.observation_id is None:
        return None
    found = await view.selected(number=point.observation_id)
    return found[0] if found else None


async def calibration_picture(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Draw instrumental against catalogue magnitudes."""
    job, point = await _calibrated(request)
    content = await _content(request, job, point)
    if content["report"] is None:
        raise RefusalError(404, "There is no calibration of this upload.")
    drawing = zero_point_chart(content["stars"], content["best"], _measured(point))
    if request.match_info["layout"] == "png":
        title = _title(point)
        drawn = await asyncio.to_thread(as_png, title, drawing, content["multiples"])
        return web.Response(body=drawn, content_type="image/png")
    text = aiohttp_jinja2.render_string("picture.svg", request, {"chart": drawing})
    return web.Response(text=text, content_type="image/svg+xml")


async def _calibrated(request: web.Request) -> tuple[Job, ObservationRecorded]:
    """Return a job and its point; whoever asks for another is sent to its stages."""
    job = await named_job(request)
    if not isinstance(job.answer, ObservationRecorded):
        raise web.HTTPSeeOther(f"{root(request)}/job/{job.id}")
    return job, job.answer


async def _content(
    request: web.Request, job: Job, point: ObservationRecorded
) -> dict[str, Any]:
    """Return what the templates show of a calibration."""
    desk = request.app[DESK]
    report, matched = await asyncio.gather(
        report_of(desk, job), matched_stars(desk, job)
    )
    stars = stars_of(report.stars) if report else []
    fit = point.zero_point
    bands, rows = band_names(matched), rows_of(matched, stars)
    name = f"{fit.survey}/{fit.band}"
    charts = panels(stars, name, fit.colour_name, _measured(point))
    return {
        "report": report,
        "stars": stars,
        "best": name,
        "bands": bands,
        "rows": rows,
        "charts": charts[:-1],
        "sky": charts[-1],
        "multiples": _multiples(report.ranking if report else (), rows, bands),
        "depth_of_colour": deepest(stars),
    }


def _multiples(ranking: Any, rows: Any, bands: list[str]) -> list[Multiple]:
    fits = [
        Fitted(f"{one.survey}/{one.band}", one.zero_point, one.scatter, one.stars_used)
        for one in ranking
    ]
    return multiples(fits, rows, bands)


def _measured(point: ObservationRecorded) -> Measured:
    target, magnitude = point.frame.target, point.magnitude
    mag = math.nan if magnitude.is_limit else magnitude.mag
    error = max(magnitude.mag_err, 0.0)
    return Measured(target.ra, target.dec, mag, error, point.zero_point.zero_point)


def _title(point: ObservationRecorded) -> str:
    magnitude, fit, frame = point.magnitude, point.zero_point, point.frame
    sign = "> " if magnitude.is_limit else ""
    error = "" if magnitude.is_limit else f" ± {magnitude.total_err:.3f}"
    told = f"{sign}{magnitude.headline:.3f}{error} mag in {fit.survey}/{fit.band}"
    return f"{bare(frame.target.ivorn)}, MJD {frame.mjd:.5f}: {told}"
