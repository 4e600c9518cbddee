"""The manual's form pages: empty, filled in by a link, or shown again."""

import math

from aiohttp import web

from services.gateway.domain.chart import Plane, chart
from services.gateway.domain.fields import one_name
from services.gateway.domain.palette import BANDS
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page

__all__ = [
    "deletion_form",
    "event_form",
    "help_page",
    "login_form",
    "observer_form",
    "style_guide",
    "upload_page",
]


async def login_form(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the login, and how to ask for a hashtag."""
    return await _form_page(request, observer, form, "login.html")


async def event_form(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the form for a new target."""
    sesame = request.app[DESK].sesame is not None
    return await _form_page(request, observer, form, "newevent.html", sesame=sesame)


async def deletion_form(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the form that deletes a point."""
    return await _form_page(request, observer, form, "delpoint.html")


async def observer_form(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the form that registers an observer."""
    return await _form_page(request, observer, form, "newuser.html")


async def help_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the manual."""
    return await page(request, observer, "help.html")


async def style_guide(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the parts that pages are made of."""
    dots = [(n, 15 + math.sin(n), 0.1, f"band{n}", "") for n in range(len(BANDS))]
    return await page(
        request,
        observer,
        "styleguide.html",
        bands=BANDS,
        chart=chart(dots, Plane("MJD [d]", "magnitude [mag]"), (440, 300)),
        refused=RefusalError(400, "MJD looks like a JD: subtract 2400000.5."),
    )


async def upload_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the upload form, with the filters that cover its target."""
    desk = request.app[DESK]
    return await _form_page(
        request,
        observer,
        form,
        "uploader.html",
        bands=await desk.stores.points.bands(),
        images=desk.settings.images,
        here_bands=await _bands_at(desk, one_name(form.fields.get("EventID", ""))),
    )


async def _bands_at(desk: Desk, name: str) -> dict[str, list[str]]:
    """Return the bands of each survey around a target; empty where not known."""
    found = await desk.stores.view.called(name) if name else []
    place = await desk.stores.places.find(found[0].id) if len(found) == 1 else None
    surveys = place.surveys if place else ()
    return {one.survey: list(one.bands) for one in surveys if one.stars and one.bands}


async def _form_page(
    request: web.Request,
    observer: KnownObserver,
    form: Form,
    template: str,
    **content: object,
) -> web.Response:
    given = {name: text for name, text in form.fields.items() if name != "hashtag"}
    status = form.refused.status if form.refused else 200
    return await page(
        request,
        observer,
        template,
        status=status,
        given=given,
        refused=form.refused,
        **content,
    )
