"""``cgi/delpoint``, ``cgi/newevent`` and ``cgi/newuser``: the manual's small forms."""

from typing import TYPE_CHECKING
from uuid import uuid4

from aiohttp import web

from services.gateway.domain.forms import (
    NewEventForm,
    new_event_form,
    new_user_form,
    observation_number,
)
from services.gateway.domain.hashtags import new_hashtag
from services.gateway.routes.asking import ask
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.intake import PLAIN
from services.gateway.routes.respond import page, root
from shared.contracts.gateway import (
    AlertRequested,
    DeletionRequested,
    RestorationRequested,
)

if TYPE_CHECKING:
    from services.gateway.store.job import Job
    from services.gateway.store.observers import KnownObserver

__all__ = [
    "delete_point",
    "new_event",
    "new_user",
    "restore_point",
    "target_asked",
    "told",
]


async def delete_point(request: web.Request) -> web.Response:
    """Take an observer's own point off the light curve."""
    observer, form = await admitted(request)
    number = observation_number(form.fields)
    event = DeletionRequested(
        request_id=uuid4(),
        observation_id=number,
        observer=observer.as_told(),
    )
    job = await ask(request, event.request_id, observer.id, event)
    done = "deleted" if job.state == "done" else "being deleted"
    sentence = f"Observation {number} is {done}."
    return await told(request, job, sentence, undo=number, id=number)


async def restore_point(request: web.Request) -> web.Response:
    """Put an observer's own deleted point back on the light curve."""
    observer, form = await admitted(request)
    number = observation_number(form.fields)
    event = RestorationRequested(
        request_id=uuid4(),
        observation_id=number,
        observer=observer.as_told(),
    )
    job = await ask(request, event.request_id, observer.id, event)
    done = "back" if job.state == "done" else "being put back"
    return await told(request, job, f"Observation {number} is {done}.", id=number)


async def new_event(request: web.Request) -> web.Response:
    """Enter a new target."""
    observer, form = await admitted(request)
    order = new_event_form(form.fields)
    event = target_asked(order, observer)
    job = await ask(request, event.request_id, observer.id, event)
    if job.state == "waiting":
        return await told(request, job, f"{order.ivorn} is being added.")
    alert = job.answer["alert"]
    sentence = f"{alert['ivorn']} is target {alert['id']}."
    return await told(request, job, sentence, id=alert["id"], ivorn=alert["ivorn"])


def target_asked(
    order: NewEventForm,
    observer: "KnownObserver",
    *,
    classification: str = "",
    administrator: bool = False,
) -> AlertRequested:
    """Return the request for a new target, or to correct it."""
    return AlertRequested(
        request_id=uuid4(),
        ivorn=order.ivorn,
        ra=order.ra,
        dec=order.dec,
        url=order.url,
        observer=observer.as_told(),
        classification=classification,
        administrator=administrator,
    )


async def new_user(request: web.Request) -> web.Response:
    """Register an observer; the answer ends in the new hashtag, shown only now."""
    _, form = await admitted(request)
    order = new_user_form(form.fields)
    hashtag = new_hashtag(order.prefix)
    desk = request.app[DESK]
    added = await desk.observers.add(
        name=order.name,
        longitude=order.longitude,
        latitude=order.latitude,
        allow_upload=order.allow_upload,
    )
    await desk.hashtags.add(added.id, hashtag)
    return web.Response(text=f"Hashtag of the new observer: {hashtag}")


async def told(
    request: web.Request,
    job: "Job",
    sentence: str,
    undo: int | None = None,
    **details: object,
) -> web.Response:
    """Answer a change with a sentence: done, or still under way.

    ``undo`` is the observation that a page offers to put back.
    """
    status = 200 if job.state == "done" else 202
    if request[PLAIN]:
        link = f"{request.scheme}://{request.host}{root(request)}/job/{job.id}"
        answer = {"message": sentence, "job_link": link, **details}
        return web.json_response(answer, status=status)
    return await page(request, "told.html", status=status, sentence=sentence, undo=undo)
