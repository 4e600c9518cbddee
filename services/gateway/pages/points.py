"""``cgi/delpoint`` and ``cgi/restorepoint``: an observer's own points."""

from aiohttp import web

from services.gateway.actions import points
from services.gateway.domain.forms import observation_number
from services.gateway.pages.answers import Onward, tell
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded

__all__ = ["delete_point", "restore_point"]


async def delete_point(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Take an observer's own point off the light curve."""
    number = observation_number(form.fields)
    job = await points.delete_point(request.app[DESK], observer, number)
    done = "deleted" if job.state == "done" else "being deleted"
    sentence = f"Observation {number} is {done}."
    return await tell(
        request,
        observer,
        form,
        job,
        sentence,
        undo=number,
        onward=_to_curve(job),
        id=number,
    )


async def restore_point(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Put an observer's own deleted point back on the light curve."""
    number = observation_number(form.fields)
    job = await points.restore_point(request.app[DESK], observer, number)
    done = "back" if job.state == "done" else "being put back"
    sentence = f"Observation {number} is {done}."
    onward = _to_curve(job)
    return await tell(request, observer, form, job, sentence, onward=onward, id=number)


def _to_curve(job: Job) -> Onward:
    """Return the way to the light curve that was changed, once it is known."""
    match job.answer:
        case ObservationDeleted(alert_id=number):
            pass
        case ObservationRecorded() as point:
            number = point.frame.target.alert_id
        case _:
            return ()
    return ((f"light_curve?alert_id={number}", "Open the light curve"),)
