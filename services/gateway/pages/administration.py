"""Running the server: who observes, who asks to, what was left behind."""

from uuid import UUID

from aiohttp import web

from services.gateway.actions import dead_letters, people
from services.gateway.domain.fields import required
from services.gateway.domain.refusal import RefusalError
from services.gateway.pages.account import show_hashtag
from services.gateway.pages.answers import NOTHING_TO_UNDO
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.pace import failed_login
from services.gateway.web.paths import root
from services.gateway.web.respond import NO_STORE, page, wants_page

__all__ = [
    "administration",
    "ask_for_hashtag",
    "close_request",
    "new_user",
    "rotate_hashtag",
    "settle_dead_letter",
]

_SETTLED_BY = {"replay": dead_letters.replay, "drop": dead_letters.drop}


async def administration(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show observers, requests for a hashtag and dead letters."""
    desk = request.app[DESK]
    everyone = await desk.stores.observers.all()
    async with desk.broker() as broker:
        letters = await broker.dead_letters()
    return await page(
        request,
        observer,
        "administration.html",
        everyone=[(one, await desk.stores.hashtags.of(one.id)) for one in everyone],
        requests=await desk.stores.hashtags.requests(),
        letters=letters,
    )


async def new_user(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Register an observer; the answer ends in the new hashtag, shown only now."""
    desk = request.app[DESK]
    hashtag = await people.register(desk, form.fields)
    if wish := form.fields.get("request"):
        await desk.stores.hashtags.close(wish)
    if wants_page(request, form):
        whose = form.fields["obsName"]
        return await show_hashtag(request, observer, hashtag, whose)
    text = f"Hashtag of the new observer: {hashtag}"
    return web.Response(text=text, headers=NO_STORE)


async def ask_for_hashtag(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Ask the administrator for a hashtag."""
    await failed_login(request)
    await people.ask_for_hashtag(request.app[DESK], form.fields)
    sentence = "The administrator will write to you."
    return await page(
        request,
        observer,
        "told.html",
        sentence=sentence,
        **NOTHING_TO_UNDO,
    )


async def close_request(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Take a request for a hashtag off the list."""
    number = required(form.fields, "id")
    if not await request.app[DESK].stores.hashtags.close(number):
        raise RefusalError(404, "There is no such request.")
    raise web.HTTPSeeOther(f"{root(request)}/administration")


async def rotate_hashtag(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Give an observer a new hashtag; all the old ones end."""
    whose, hashtag = await people.rotate_hashtag(request.app[DESK], form.fields)
    return await show_hashtag(request, observer, hashtag, whose)


async def settle_dead_letter(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Send a dead letter back to where it died, or forget it."""
    try:
        number = UUID(required(form.fields, "id"))
    except ValueError as fault:
        raise RefusalError(400, "id must be the number of a message.") from fault
    settle = _SETTLED_BY.get(form.fields.get("act", ""))
    if settle is None:
        raise RefusalError(400, "act must be replay or drop.")
    if not await settle(request.app[DESK], number):
        raise RefusalError(404, "There is no such dead letter.")
    raise web.HTTPSeeOther(f"{root(request)}/administration")
