"""The colour terms learned from an observer's frames: shown, and forgotten."""

from aiohttp import web

from services.gateway.actions import colour_terms as terms
from services.gateway.pages.answers import tell
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page

__all__ = ["colour_terms", "forget_colour_terms"]


async def colour_terms(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show an observer what was learned from their frames; JSON on request."""
    learned = await request.app[DESK].stores.colour_terms.of(observer.id)
    if form.fields.get("format") == "json":
        return web.json_response([term.model_dump(mode="json") for term in learned])
    return await page(request, observer, "colour_terms.html", terms=learned)


async def forget_colour_terms(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Forget an observer's colour terms: all, or of one survey or band."""
    job = await terms.forget_colour_terms(request.app[DESK], observer, form.fields)
    sentence = "The colour terms are forgotten."
    return await tell(request, observer, form, job, sentence)
