"""``/api/v1/observations``, and what they were calibrated with and by whom."""

from uuid import UUID, uuid4

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.api.asked import answer, asked
from services.gateway.routes.api.models import (
    BandPage,
    BandShown,
    CalibrationShown,
    Deletion,
    ObservationPage,
    ObservatoryPage,
    ObservatoryShown,
)
from services.gateway.routes.api.orders import ObservationQuery
from services.gateway.routes.api.shown import observation_shown
from services.gateway.routes.asking import ask
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.known import known_target
from services.gateway.routes.respond import address
from services.gateway.routes.stars import listed
from shared.contracts.gateway import DeletionRequested, RestorationRequested

__all__ = [
    "calibration",
    "delete_observation",
    "observation",
    "observations",
    "observatory_list",
    "restore_observation",
    "survey_list",
]


async def observations(request: web.Request) -> web.Response:
    """Find observations by target, observatory and time; the newest first."""
    query, desk = asked(request, ObservationQuery), request.app[DESK]
    alert = await known_target(request, query.target) if query.target else None
    found = await desk.points.page(
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


async def observation(request: web.Request) -> web.Response:
    """Show one observation."""
    found = await request.app[DESK].view.selected(number=_number(request))
    if not found:
        raise RefusalError(404, "There is no such observation on a light curve.")
    return answer(observation_shown(found[0]))


async def delete_observation(request: web.Request) -> web.Response:
    """Take your own observation off its light curve."""
    return await _changed(request, DeletionRequested, "deleted")


async def restore_observation(request: web.Request) -> web.Response:
    """Put your own deleted observation back."""
    return await _changed(request, RestorationRequested, "back on its light curve")


async def _changed(
    request: web.Request,
    wish: type[DeletionRequested] | type[RestorationRequested],
    done: str,
) -> web.Response:
    observer, _ = await admitted(request)
    number = _number(request)
    event = wish(request_id=uuid4(), observation_id=number, observer=observer.as_told())
    job = await ask(request, event.request_id, observer.id, event)
    ended = job.state == "done"
    message = f"Observation {number} is {done if ended else 'being changed'}."
    shown = Deletion(id=number, message=message, job=str(job.id))
    return answer(shown, status=200 if ended else 202)


async def calibration(request: web.Request) -> web.Response:
    """Show how an upload's magnitude came about, star by star."""
    report = await request.app[DESK].reports.find(UUID(request.match_info["upload"]))
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
            astrometry=report.astrometry and report.astrometry.model_dump(mode="json"),
            warnings=list(report.warnings),
        )
    )


async def observatory_list(request: web.Request) -> web.Response:
    """List the observers with their counts of observations."""
    desk = request.app[DESK]
    everyone = await desk.observers.all()
    counts = await desk.points.counts_by_observer([one.id for one in everyone])
    return answer(
        ObservatoryPage(
            observatories=[
                ObservatoryShown(
                    id=one.id,
                    name=one.name,
                    longitude=one.longitude,
                    latitude=one.latitude,
                    observations=counts[one.id],
                )
                for one in everyone
            ]
        )
    )


async def survey_list(request: web.Request) -> web.Response:
    """List the surveys and bands that light curves are calibrated with."""
    found = await request.app[DESK].points.bands()
    shown = [BandShown(survey=survey, band=band) for survey, band in found]
    return answer(BandPage(surveys=shown))
