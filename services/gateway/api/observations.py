"""``/api/v1/observations``, and what they were calibrated with and by whom."""

from uuid import UUID

from aiohttp import web

from services.gateway.actions.points import delete_point, restore_point
from services.gateway.actions.reports import report_of
from services.gateway.actions.targets import known_target
from services.gateway.api.job_models import CalibrationShown
from services.gateway.api.models import (
    BandPage,
    BandShown,
    Deletion,
    ObservationPage,
    ObservatoryPage,
    ObservatoryShown,
)
from services.gateway.api.orders import ObservationQuery
from services.gateway.api.presentation import observation_shown
from services.gateway.api.query import answer, query_of
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.columns import listed

__all__ = [
    "calibration",
    "delete_observation",
    "observation",
    "observations",
    "observatory_list",
    "restore_observation",
    "survey_list",
]


async def observations(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Find observations by target, observatory and time; the newest first."""
    query, desk = query_of(form, ObservationQuery), request.app[DESK]
    alert = await known_target(desk, query.target) if query.target else None
    found = await desk.stores.points.page(
        query.limit,
        alert_id=None if alert is None else alert.id,
        observer_id=query.observatory,
        since=query.since,
        until=query.until,
        before=query.before,
    )
    shown = [observation_shown(point) for point in found]
    following = None
    if len(shown) >= query.limit:
        last = shown[-1]
        timed = query.since is not None or query.until is not None
        page = {"until": repr(last.mjd)} if timed else {"before": str(last.id)}
        more = request.rel_url.update_query(page)
        following = f"{address(request)}/api/v1/observations?{more.query_string}"
    return answer(ObservationPage(observations=shown, next=following))


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


async def observation(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show one observation."""
    found = await request.app[DESK].stores.view.selected(number=_number(request))
    if not found:
        raise RefusalError(404, "There is no such observation on a light curve.")
    return answer(observation_shown(found[0]))


async def delete_observation(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Take your own observation off its light curve."""
    number = _number(request)
    job = await delete_point(request.app[DESK], observer, number)
    return _changed(job, number, "deleted")


async def restore_observation(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Put your own deleted observation back."""
    number = _number(request)
    job = await restore_point(request.app[DESK], observer, number)
    return _changed(job, number, "back on its light curve")


def _changed(job: Job, number: int, done: str) -> web.Response:
    ended = job.state == "done"
    message = f"Observation {number} is {done if ended else 'being changed'}."
    shown = Deletion(id=number, message=message, job=str(job.id))
    return answer(shown, status=200 if ended else 202)


async def calibration(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show how an upload's magnitude came about, star by star."""
    desk, upload = request.app[DESK], UUID(request.match_info["upload"])
    report = await desk.stores.reports.find(upload)
    if report is None and (job := await desk.stores.jobs.find(upload)):
        report = await report_of(desk, job)
    if report is None:
        raise RefusalError(404, "There is no calibration of this upload.")
    stars = report.stars
    return answer(
        CalibrationShown(
            upload=str(report.frame.upload_id),
            target=report.frame.target.ivorn,
            mode=report.mode,
            magnitude=report.magnitude.model_dump(mode="json"),
            best=report.best.model_dump(mode="json"),
            ranking=[fit.model_dump(mode="json") for fit in report.ranking],
            stars={name: listed(column) for name, column in stars if column},
            helped_by=list(report.helped_by),
            runs=[run.model_dump(mode="json") for run in report.runs],
            astrometry=report.astrometry and report.astrometry.model_dump(mode="json"),
            warnings=list(report.warnings),
        )
    )


async def observatory_list(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List the observers with their counts of observations."""
    desk = request.app[DESK]
    everyone = await desk.stores.observers.all()
    counts = await desk.stores.points.counts_by_observer([one.id for one in everyone])
    return answer(
        ObservatoryPage(
            observatories=[
                ObservatoryShown(
                    id=one.id,
                    name=one.name,
                    longitude=one.longitude,
                    latitude=one.latitude,
                    altitude=one.equipment.altitude,
                    aperture=one.equipment.aperture,
                    camera=one.equipment.camera,
                    filters=list(one.equipment.filters),
                    observations=counts[one.id],
                )
                for one in everyone
            ]
        )
    )


async def survey_list(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List the surveys and bands that light curves are calibrated with."""
    found = await request.app[DESK].stores.points.bands()
    shown = [BandShown(survey=survey, band=band) for survey, band in found]
    return answer(BandPage(surveys=shown))
