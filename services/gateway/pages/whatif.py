"""What if another filter or radius had been asked for: a dry run, then perhaps kept."""

from aiohttp import web

from services.gateway.actions.whatif import calibrate_otherwise
from services.gateway.domain.fields import flag
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import root
from services.gateway.web.respond import page
from shared.contracts.alerts import ObservationRecorded

__all__ = ["what_if"]


async def what_if(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Calibrate your own upload in another way: as a dry run, or to keep."""
    desk = request.app[DESK]
    before, after = await calibrate_otherwise(desk, observer, form.fields)
    ended = isinstance(before.answer, ObservationRecorded) and after.state == "done"
    if not ended or flag(form.fields, "keep"):
        raise web.HTTPSeeOther(f"{root(request)}/job/{after.id}")
    return await page(
        request,
        observer,
        "whatif.html",
        sides=[
            ("as it is", before.id, before.answer),
            ("what if", after.id, after.answer),
        ],
        given=dict(form.fields) | {"hashtag": ""},
    )
