"""Whether everything works, and how much there is."""

import asyncio

from aiohttp import web

from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page
from shared.health import Readiness, readiness, readiness_at
from shared.messaging.topology import SERVICES

__all__ = ["status"]


async def status(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show whether everything works, and how much there is."""
    desk = request.app[DESK]
    names = [name for name in SERVICES if name != "imager" or desk.settings.images]
    found = await asyncio.gather(*(_readiness(name, desk) for name in names))
    by_name = dict(zip(names, found, strict=True))
    told = {
        "services": {name: one.ready for name, one in by_name.items()},
        "troubles": {name: one.troubles for name, one in by_name.items()},
        "waiting": await desk.stores.jobs.waiting(),
        "stalled": await desk.stores.jobs.stalled(),
        "targets": await desk.stores.targets.size(),
        "observations": await desk.stores.points.size(),
    }
    if form.fields.get("format") == "json":
        return web.json_response(told)
    return await page(request, observer, "status.html", told=told)


async def _readiness(name: str, desk: Desk) -> Readiness:
    where = desk.settings.health_at
    if not where:
        return await readiness(name, desk.settings.data_dir)
    return await readiness_at(where.replace("{service}", name))
