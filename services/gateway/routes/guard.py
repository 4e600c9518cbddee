"""Who is asking: by form field, by ``?hashtag=``, by cookie or by session."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.intake import Form

if TYPE_CHECKING:
    from services.gateway.store.observers import KnownObserver

__all__ = ["SESSION", "administrator", "changer", "reader", "uploader"]

SESSION = "cpcs_session"
_HASHTAG = "hashtag"
_FORBIDDEN = 403


async def reader(request: web.Request) -> "KnownObserver | None":
    """Return who looks at a page, by any of the four ways, if anybody known."""
    secret = request.query.get(_HASHTAG) or request.cookies.get(_HASHTAG)
    observers = request.app[DESK].observers
    if secret:
        return await observers.by_hashtag(secret.strip())
    token = request.cookies.get(SESSION)
    return await observers.by_session(token) if token else None


async def changer(request: web.Request, form: Form) -> "KnownObserver":
    """Return who asks for a change.

    A cookie, which a browser sends along whoever asks it to, counts only when the
    request comes from our own pages.

    Raises
    ------
    RefusalError
        Nobody we know, or a cookie alone from elsewhere.
    """
    secret = form.fields.get(_HASHTAG) or request.query.get(_HASHTAG)
    if secret:
        found = await request.app[DESK].observers.by_hashtag(secret.strip())
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
    return found


async def uploader(request: web.Request, form: Form) -> "KnownObserver":
    """Return who asks for a change to light curves.

    Raises
    ------
    RefusalError
        Nobody we know, or somebody who may not upload.
    """
    found = await changer(request, form)
    if not found.allow_upload:
        raise RefusalError(_FORBIDDEN, "This hashtag may not upload.")
    return found


async def administrator(request: web.Request, form: Form) -> "KnownObserver":
    """Return the administrator who asks for a change.

    Raises
    ------
    RefusalError
        Nobody we know, or no administrator.
    """
    found = await changer(request, form)
    if not found.is_admin:
        raise RefusalError(_FORBIDDEN, "Only the administrator may do this.")
    return found


def _from_elsewhere(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    try:
        return source is not None and urlsplit(source).netloc != request.host
    except ValueError:
        return True
