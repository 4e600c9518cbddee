"""Who is asking: by form field, header, ``?hashtag=``, by cookie or by session."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import Role
from services.gateway.routes.desk import DESK
from services.gateway.routes.intake import Form, read_form
from services.gateway.routes.pace import failed_login, paced
from services.gateway.routes.route import ROUTE

if TYPE_CHECKING:
    from services.gateway.store.observers import KnownObserver

__all__ = ["SESSION", "admitted", "reader", "reading"]

SESSION = "cpcs_session"
_HASHTAG = "hashtag"
_BEARER = "bearer "
_FORBIDDEN = 403
_LACKING = {
    Role.OBSERVER: "Log in to see this.",
    Role.UPLOADER: "This hashtag may not upload.",
    Role.ADMINISTRATOR: "Only the administrator may do this.",
}


async def admitted(request: web.Request) -> tuple["KnownObserver", Form]:
    """Return who asks for a change, and the form; refuse who may not.

    A cookie, which a browser sends along whoever asks it to, counts only when the
    request comes from our own pages.

    Raises
    ------
    RefusalError
        Nobody we know, a cookie alone from elsewhere, or a lesser role than the
        route needs; or the form cannot be read.
    """
    route, settings = request[ROUTE], request.app[DESK].settings
    form = await read_form(request, route.limit or settings.upload_limit)
    secret = form.fields.get(_HASHTAG) or _carried(request)
    if secret:
        found = await _by_hashtag(request, secret)
    elif _from_elsewhere(request):
        raise RefusalError(_FORBIDDEN, "Another site may not make this change.")
    else:
        found = await reader(request)
    if found is None:
        raise RefusalError(
            _FORBIDDEN,
            "The hashtag is not known." if secret else "Log in or send your hashtag.",
            "Ask the administrator for a hashtag",
        )
    await paced(request, "change", str(found.id))
    _let_in(found, route.role)
    return found, form


async def reading(request: web.Request) -> "KnownObserver":
    """Return who reads what not everybody may.

    Raises
    ------
    RefusalError
        Nobody we know, or a lesser role than the route needs.
    """
    found, role = await reader(request), request[ROUTE].role
    if found is None:
        raise RefusalError(_FORBIDDEN, _LACKING[Role.OBSERVER])
    _let_in(found, role)
    return found


def _let_in(found: "KnownObserver", role: Role) -> None:
    if found.role < role:
        raise RefusalError(_FORBIDDEN, _LACKING[role])


async def reader(request: web.Request) -> "KnownObserver | None":
    """Return who looks at a page, by any of the ways, if anybody known."""
    secret = _carried(request) or request.cookies.get(_HASHTAG)
    if secret:
        return await _by_hashtag(request, secret)
    token = request.cookies.get(SESSION)
    session = await request.app[DESK].hashtags.session(token) if token else None
    return await request.app[DESK].observers.find(*session) if session else None


def _carried(request: web.Request) -> str | None:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_BEARER):
        return header[len(_BEARER) :]
    return request.query.get(_HASHTAG)


async def _by_hashtag(request: web.Request, secret: str) -> "KnownObserver | None":
    desk = request.app[DESK]
    hashtag = await desk.hashtags.known(secret.strip())
    if hashtag is None:
        await failed_login(request)
        return None
    return await desk.observers.find(hashtag.observer_id, hashtag.scope)


def _from_elsewhere(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    try:
        return source is not None and urlsplit(source).netloc != request.host
    except ValueError:
        return True
