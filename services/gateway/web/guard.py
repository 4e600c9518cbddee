"""Who is asking: by form field, header, ``?hashtag=``, by cookie or by session."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import Role
from services.gateway.store.hashtags import KnownHashtag
from services.gateway.store.observers import NOBODY, KnownObserver
from services.gateway.web.keys import DESK
from services.gateway.web.pace import failed_login, paced, slowed
from services.gateway.web.paths import is_api, origin
from services.gateway.web.route import Route

__all__ = ["SESSION", "Asker", "known_hashtag", "reader"]

SESSION = "cpcs_session"
_HASHTAG = "hashtag"
_BEARER = "bearer "
_UNKNOWN = 401
_FORBIDDEN = 403
_LACKING = {
    Role.OBSERVER: "Log in to see this.",
    Role.UPLOADER: "This hashtag may not upload or change anything.",
    Role.ADMINISTRATOR: "Only the administrator may do this.",
}
_ASK = "Ask the administrator for a hashtag"


class Asker:
    """Who asks for a change: looked up as soon as a hashtag is there, and only once.

    A cookie, which a browser sends along whoever asks it to, counts only when the
    request comes from our own pages.
    """

    def __init__(self, request: web.Request, route: Route) -> None:
        self._request = request
        self._role = route.role
        self._secret: str | None = None
        self._found = NOBODY

    async def look_at(self, fields: Mapping[str, str]) -> bool:
        """Tell whether somebody is known by what has come so far.

        Raises
        ------
        RefusalError
            By a hashtag that nobody has, or that may not do this.
        """
        if self._role is Role.ANYBODY:
            return False
        secret = fields.get(_HASHTAG) or _carried(self._request)
        if secret:
            await self._by_hashtag(secret)
        elif not self._found.known and not _from_elsewhere(self._request):
            self._found = await reader(self._request)
        return self._found.known

    async def _by_hashtag(self, secret: str) -> None:
        if secret != self._secret:
            self._secret, self._found = secret, await _known(self._request, secret)
        if not self._found.known:
            raise _stranger(self._request, "The hashtag is not known.")
        _let_in(self._request, self._found, self._role)

    async def admitted(self, fields: Mapping[str, str]) -> KnownObserver:
        """Return who asks, now that everything has come.

        Raises
        ------
        RefusalError
            Nobody we know, a cookie alone from elsewhere, a lesser role than the
            route needs, or too many changes.
        """
        open_to_all = self._role is Role.ANYBODY  # as login: a hashtag is no excuse
        secret = (
            None if open_to_all else fields.get(_HASHTAG) or _carried(self._request)
        )
        if not secret and _from_elsewhere(self._request):
            raise RefusalError(_FORBIDDEN, "Another site may not make this change.")
        if open_to_all:
            return NOBODY
        if not await self.look_at(fields):
            raise _stranger(self._request, "Log in or send your hashtag.")
        await paced(self._request, "change", str(self._found.id))
        _let_in(self._request, self._found, self._role)
        return self._found


async def reader(request: web.Request, role: Role = Role.ANYBODY) -> KnownObserver:
    """Return who looks at a page, by any of the ways.

    Raises
    ------
    RefusalError
        A lesser role than the page needs, or too many wrong hashtags.
    """
    secret = _carried(request) or request.cookies.get(_HASHTAG)
    found = await (_known(request, secret) if secret else _by_session(request))
    _let_in(request, found, role)
    return found


def _let_in(request: web.Request, found: KnownObserver, role: Role) -> None:
    if found.role >= role:
        return
    if not found.known:
        raise _stranger(request, _LACKING[Role.OBSERVER])
    raise RefusalError(_FORBIDDEN, _LACKING[role])


def _stranger(request: web.Request, sentence: str) -> RefusalError:
    """Return that nobody known asks: programs of the API learn how to be known."""
    return RefusalError(_UNKNOWN if is_api(request) else _FORBIDDEN, sentence, _ASK)


async def _by_session(request: web.Request) -> KnownObserver:
    token, stores = request.cookies.get(SESSION), request.app[DESK].stores
    hashtag = await stores.hashtags.session(token) if token else None
    return await stores.observers.known_by(hashtag) if hashtag else NOBODY


def _carried(request: web.Request) -> str | None:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_BEARER):
        return header[len(_BEARER) :]
    return request.query.get(_HASHTAG)


async def _known(request: web.Request, secret: str) -> KnownObserver:
    hashtag = await known_hashtag(request, secret)
    if hashtag is None:
        return NOBODY
    return await request.app[DESK].stores.observers.known_by(hashtag)


async def known_hashtag(request: web.Request, secret: str) -> KnownHashtag | None:
    """Return what is known of a hashtag; a wrong one makes its address wait.

    Raises
    ------
    RefusalError
        There were too many wrong ones.
    """
    hashtags, secret = request.app[DESK].stores.hashtags, secret.strip()
    if not hashtags.lately_known(secret):
        await slowed(request)
    hashtag = await hashtags.known(secret)
    if hashtag is None:
        await failed_login(request)
    return hashtag


def _is_ours(source: str, request: web.Request) -> bool:
    ours = {request.host, urlsplit(origin(request)).netloc}
    return urlsplit(source).netloc in ours


def _from_elsewhere(request: web.Request) -> bool:
    """Tell whether another site made a browser send this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    try:
        return source is not None and not _is_ours(source, request)
    except ValueError:
        return True
