"""``/api/v1/uploads`` and ``/api/v1/jobs``: sent now, answered when it is done."""

import re
from dataclasses import replace
from uuid import UUID, uuid5

from aiohttp import web

from services.gateway.actions.jobs import submit
from services.gateway.actions.uploads import checked_upload
from services.gateway.actions.whatif import calibrate_otherwise
from services.gateway.api.presentation import job_shown
from services.gateway.api.query import answer
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address

__all__ = ["calibrated_otherwise", "job", "named_job", "upload_list"]

_NAMES = {
    "target": "EventID",
    "mjd": "MJD",
    "exposure_time": "expTime",
    "match_radius": "matchDist",
    "filter": "forceFilter",
    "dry_run": "dryRun",
    "used_filter": "usedFilter",
}
_WAIT = re.compile(r"wait=(\d{1,3})")


async def upload_list(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Send a star list or an image; the answer is a job.

    It is done at once with ``Prefer: wait=30``.

    The same file, target, time and way to calibrate, sent again by the same observer
    with the same ``Idempotency-Key``, is the same job.
    """
    desk = request.app[DESK]
    event = await checked_upload(desk, observer, _as_the_manual_says(form))
    key = request.headers.get("Idempotency-Key")
    number = event.frame.upload_id
    if key:
        number = uuid5(event.frame.frame_id, f"{key}:{_way(form)}")
        frame = event.frame.model_copy(update={"upload_id": number})
        event = event.model_copy(update={"frame": frame})
    if not key or await desk.stores.jobs.find(number) is None:
        await submit(desk, number, observer.id, event)
    return await _told(request, number)


async def calibrated_otherwise(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Calibrate your own upload again: with another filter or radius, or to keep it.

    Kept twice it is one observation: the second replaces the first.
    """
    order = dict(_as_the_manual_says(form).fields)
    order["upload"] = request.match_info["upload"]
    _, after = await calibrate_otherwise(request.app[DESK], observer, order)
    return await _told(request, after.id)


def _as_the_manual_says(form: Form) -> Form:
    fields = {_NAMES.get(name, name): text for name, text in form.fields.items()}
    return replace(form, fields=fields)


def _way(form: Form) -> str:
    return repr(sorted((k, v) for k, v in form.fields.items() if k != "hashtag"))


async def _told(request: web.Request, number: UUID) -> web.Response:
    desk = request.app[DESK]
    prefer = _WAIT.search(request.headers.get("Prefer", ""))
    wait = min(float(prefer[1]), desk.settings.answer_timeout) if prefer else 0.0
    if wait:
        await desk.stores.jobs.ended(number, wait)
    found = await desk.stores.jobs.find(number)
    if found is None:
        raise RefusalError(503, "The request was lost: send it again.")
    status = 202 if found.state == "waiting" else 200
    headers = {"Location": f"{address(request)}/api/v1/jobs/{number}"}
    return answer(job_shown(request, found), status, headers)


async def job(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show how far a job has come."""
    return answer(job_shown(request, await named_job(request)))


async def named_job(request: web.Request) -> Job:
    """Return the job that the path names.

    Raises
    ------
    RefusalError
        There is none.
    """
    number = UUID(request.match_info["job"])
    found = await request.app[DESK].stores.jobs.find(number)
    if found is None:
        raise RefusalError(404, "There is no such job.")
    return found
