"""The colour terms learned from an observer's frames: shown, and forgotten."""

from uuid import uuid4

from aiohttp import web

from services.gateway.domain.fields import optional_name
from services.gateway.routes.asking import ask
from services.gateway.routes.changes import told
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted, reading
from services.gateway.routes.respond import page
from shared.contracts.gateway import ColourResetRequested

__all__ = ["colour_terms", "forget_colour_terms"]


async def colour_terms(request: web.Request) -> web.Response:
    """Show an observer what was learned from their frames; JSON on request."""
    observer = await reading(request)
    terms = await request.app[DESK].colours.of(observer.id)
    if request.query.get("format") == "json":
        return web.json_response([term.model_dump(mode="json") for term in terms])
    return await page(request, "colour_terms.html", terms=terms)


async def forget_colour_terms(request: web.Request) -> web.Response:
    """Forget an observer's colour terms: all, or of one survey or band."""
    observer, form = await admitted(request)
    event = ColourResetRequested(
        request_id=uuid4(),
        observer=observer.as_told(),
        survey=optional_name(form.fields, "survey"),
        band=optional_name(form.fields, "band"),
    )
    job = await ask(request, event.request_id, observer.id, event)
    return await told(request, job, "The colour terms are forgotten.")
