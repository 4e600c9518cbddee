"""The front page, the manual's form pages, login and logout."""

import secrets

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import NamePart
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.guard import SESSION, known_hashtag
from services.gateway.web.keys import DESK
from services.gateway.web.paths import is_secure, root
from services.gateway.web.respond import page

__all__ = ["form_page", "log_in", "log_out", "welcome"]

_FORMS = {
    "login": "login.html",
    "uploader": "uploader.html",
    "newevent": "newevent.html",
    "delpoint": "delpoint.html",
    "newuser": "newuser.html",
    "help": "help.html",
}


async def welcome(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the front page."""
    targets = request.app[DESK].stores.targets
    rows = await targets.page(NamePart(""), 5, order="observed")
    return await page(request, observer, "welcome.html", rows=rows)


async def form_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a form, filled in with what the link says."""
    name, points = request.path.rpartition("/")[2], request.app[DESK].stores.points
    bands = await points.bands() if name == "uploader" else ()
    given = dict(form.fields)
    return await page(request, observer, _FORMS[name], given=given, bands=bands)


async def log_in(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Open a session for whoever knows a hashtag."""
    desk = request.app[DESK]
    found = await known_hashtag(request, form.fields.get("hashtag", ""))
    if found is None:
        raise RefusalError(403, "The hashtag is not known.")
    token = secrets.token_urlsafe(32)
    await desk.stores.hashtags.open_session(token, found)
    answer = web.HTTPSeeOther(f"{root(request)}/")
    answer.set_cookie(
        SESSION,
        token,
        max_age=desk.settings.session_days * 86400,
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
    )
    raise answer


async def log_out(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Close the session."""
    token = request.cookies.get(SESSION)
    if token:
        await request.app[DESK].stores.hashtags.close_session(token)
    answer = web.HTTPSeeOther(f"{root(request)}/")
    answer.del_cookie(SESSION)
    raise answer
