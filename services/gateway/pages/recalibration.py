"""``cgi/recalibrate``: an observer's own points, with today's code and catalogues."""

from aiohttp import web

from services.gateway.actions.recalibration import recalibrate_own
from services.gateway.pages.answers import NOTHING_TO_UNDO
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page

__all__ = ["recalibrate"]


async def recalibrate(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Calibrate an observer's own points anew: one, or all those of a target.

    The answer names the jobs; the light curve shows each new result when it is there.
    """
    jobs = await recalibrate_own(request.app[DESK], observer, form.fields)
    sentence = f"{len(jobs)} observations are being calibrated anew."
    if form.plain:
        answer = {"message": sentence, "jobs": [str(job) for job in jobs if job]}
        return web.json_response(answer, status=202)
    return await page(
        request,
        observer,
        "told.html",
        status=202,
        sentence=sentence,
        **NOTHING_TO_UNDO,
    )
