"""The manual's form pages, login and logout."""

import secrets

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import NamePart
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import SESSION
from services.gateway.routes.intake import read_form
from services.gateway.routes.pace import failed_login
from services.gateway.routes.respond import page, root

__all__ = ["form_page", "log_in", "log_out", "welcome"]

_SMALL = 10_000
_FORMS = {
    "login": "login.html",
    "uploader": "uploader.html",
    "newevent": "newevent.html",
    "delpoint": "delpoint.html",
    "newuser": "newuser.html",
    "help": "help.html",
}


async def welcome(request: web.Request) -> web.Response:
    """Show the front page."""
    rows = await request.app[DESK].targets.page(NamePart(""), 5, order="observed")
    return await page(request, "welcome.html", rows=rows)


async def form_page(request: web.Request) -> web.Response:
    """Show a form, filled in with what the link says."""
    name = request.path.rpartition("/")[2]
    bands = await request.app[DESK].points.bands() if name == "uploader" else ()
    return await page(request, _FORMS[name], given=dict(request.query), bands=bands)


async def log_in(request: web.Request) -> web.StreamResponse:
    """Open a session for whoever knows a hashtag."""
    form = await read_form(request, _SMALL)
    hashtags = request.app[DESK].hashtags
    found = await hashtags.known(form.fields.get("hashtag", "").strip())
    if found is None:
        await failed_login(request)
        raise RefusalError(403, "The hashtag is not known.")
    token = secrets.token_urlsafe(32)
    await hashtags.open_session(token, found)
    answer = web.HTTPSeeOther(f"{root(request)}/")
    answer.set_cookie(
        SESSION,
        token,
        max_age=request.app[DESK].settings.session_days * 86400,
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )
    raise answer


async def log_out(request: web.Request) -> web.StreamResponse:
    """Close the session."""
    token = request.cookies.get(SESSION)
    if token:
        await request.app[DESK].hashtags.close_session(token)
    answer = web.HTTPSeeOther(f"{root(request)}/")
    answer.del_cookie(SESSION)
    raise answer
