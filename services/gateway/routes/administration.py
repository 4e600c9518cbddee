"""Running the server: who observes, who asks to, what was left behind."""

import asyncio
from uuid import UUID

from aiohttp import web

from services.gateway.domain.fields import number, required
from services.gateway.domain.hashtags import new_hashtag
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted, reading
from services.gateway.routes.intake import read_form
from services.gateway.routes.pace import failed_login
from services.gateway.routes.respond import page, root
from services.gateway.routes.route import ROUTE
from shared.health import is_ready

__all__ = [
    "administration",
    "ask_for_hashtag",
    "close_request",
    "rotate_hashtag",
    "settle_dead_letter",
    "status",
]

_SERVICES = ("gateway", "ingest", "catalog", "calibrator", "alerts")


async def administration(request: web.Request) -> web.Response:
    """Show observers, requests for a hashtag and dead letters."""
    await reading(request)
    desk = request.app[DESK]
    everyone = await desk.observers.all()
    async with desk.broker() as broker:
        letters = await broker.dead_letters()
    return await page(
        request,
        "administration.html",
        everyone=[(one, await desk.hashtags.of(one.id)) for one in everyone],
        requests=await desk.hashtags.requests(),
        letters=letters,
    )


async def ask_for_hashtag(request: web.Request) -> web.Response:
    """Ask the administrator for a hashtag."""
    form = await read_form(request, request[ROUTE].limit or 0)
    await failed_login(request)
    wish = {
        name: required(form.fields, name) for name in ("obsName", "lon", "lat", "mail")
    }
    number(wish, "lon")
    number(wish, "lat")
    await request.app[DESK].hashtags.ask(wish)
    sentence = "The administrator will write to you."
    return await page(request, "told.html", sentence=sentence, undo=None)


async def close_request(request: web.Request) -> web.StreamResponse:
    """Take a request for a hashtag off the list."""
    _, form = await admitted(request)
    if not await request.app[DESK].hashtags.close(required(form.fields, "id")):
        raise RefusalError(404, "There is no such request.")
    raise web.HTTPSeeOther(f"{root(request)}/administration")


async def settle_dead_letter(request: web.Request) -> web.StreamResponse:
    """Send a dead letter back to where it died, or forget it."""
    _, form = await admitted(request)
    act = form.fields.get("act")
    try:
        number = UUID(required(form.fields, "id"))
    except ValueError as fault:
        raise RefusalError(400, "id must be the number of a message.") from fault
    if act not in {"replay", "drop"}:
        raise RefusalError(400, "act must be replay or drop.")
    async with request.app[DESK].broker() as broker:
        settled = await (broker.replay if act == "replay" else broker.drop)(number)
    if not settled:
        raise RefusalError(404, "There is no such dead letter.")
    raise web.HTTPSeeOther(f"{root(request)}/administration")


async def rotate_hashtag(request: web.Request) -> web.Response:
    """Give an observer a new hashtag; all the old ones end."""
    _, form = await admitted(request)
    desk, whose = request.app[DESK], int(number(form.fields, "observer"))
    found = await desk.observers.find(whose)
    if found is None:
        raise RefusalError(404, f"There is no observer {whose}.")
    hashtag = new_hashtag()
    await desk.hashtags.revoke(whose)
    await desk.hashtags.add(whose, hashtag)
    return await page(request, "hashtag.html", hashtag=hashtag, whose=found.name)


async def status(request: web.Request) -> web.Response:
    """Show whether everything works, and how much there is."""
    desk = request.app[DESK]
    ready = await asyncio.gather(
        *(is_ready(name, desk.settings.data_dir) for name in _SERVICES)
    )
    told = {
        "services": dict(zip(_SERVICES, ready, strict=True)),
        "waiting": await desk.jobs.waiting(),
        "targets": await desk.targets.size(),
        "observations": await desk.points.size(),
    }
    if request.query.get("format") == "json":
        return web.json_response(told)
    return await page(request, "status.html", told=told)
