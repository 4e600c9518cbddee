"""``/api/v1/targets``: found, shown, added; their light curves to be drawn."""

from typing import Any

from aiohttp import ETag, web

from services.gateway.domain.fields import one_name
from services.gateway.domain.forms import new_event_form
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import Kind, read_search
from services.gateway.routes.api.asked import answer, asked
from services.gateway.routes.api.models import Points, TargetPage
from services.gateway.routes.api.orders import TargetQuery
from services.gateway.routes.api.shown import target_shown
from services.gateway.routes.asking import ask
from services.gateway.routes.changes import target_asked
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.known import known_target
from services.gateway.routes.respond import address
from shared.contracts.alerts import Alert

__all__ = ["add_target", "named_target", "points", "target", "targets"]


async def named_target(request: web.Request) -> Alert:
    """Return the target that the path names, with or without ``ivo://``.

    Raises
    ------
    RefusalError
        There is none.
    """
    return await known_target(request, one_name(request.match_info["name"]))


async def targets(request: web.Request) -> web.Response:
    """Find targets by name, part of it or place; newest first."""
    query = asked(request, TargetQuery)
    search = read_search(query.search)
    rows = await request.app[DESK].targets.page(
        search,
        query.limit,
        kind=Kind(
            query.classification,
            query.stream,
            query.since.isoformat() if query.since else "",
            query.until.isoformat() if query.until else "",
        ),
        observed=query.observed,
        before=query.before,
    )
    following = None
    if len(rows) == query.limit:
        more = request.rel_url.update_query(before=str(rows[-1].alert.id))
        following = f"{address(request)}/api/v1/targets?{more.query_string}"
    shown = [target_shown(request, alert, count) for alert, count, _ in rows]
    return answer(TargetPage(targets=shown, read_as=search.told, next=following))


async def target(request: web.Request) -> web.Response:
    """Show a target."""
    alert = await named_target(request)
    count = await request.app[DESK].targets.total(alert.id)
    return answer(target_shown(request, alert, count))


async def add_target(request: web.Request) -> web.Response:
    """Add a target, or correct your own."""
    observer, form = await admitted(request)
    order = new_event_form({"EventID": form.fields.get("name", ""), **form.fields})
    event = target_asked(order, observer)
    job = await ask(request, event.request_id, observer.id, event)
    if job.state == "waiting":
        raise RefusalError(503, "The target is being added: look again in a minute.")
    alert = Alert.model_validate(job.answer["alert"])
    count = await request.app[DESK].targets.total(alert.id)
    return answer(target_shown(request, alert, count), status=201)


async def points(request: web.Request) -> web.Response:
    """Return a light curve as columns, for drawing."""
    alert = await named_target(request)
    curves = request.app[DESK].curves
    stamp = await curves.stamp(alert.id)
    if stamp is not None and ETag(stamp) in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{stamp}"'})
    shown = answer(_columns(alert.ivorn, await curves.drawn(alert.id)))
    shown.headers["Cache-Control"] = "no-cache"
    shown.etag = stamp
    shown.enable_compression()
    return shown


def _columns(name: str, found: list[dict[str, Any]]) -> Points:
    labels: dict[str, int] = {}
    looks = [labels.setdefault(_label(one), len(labels)) for one in found]
    return Points.model_construct(
        name=name,
        id=[one["id"] for one in found],
        mjd=[one["mjd"] for one in found],
        mag=[one["mag"] for one in found],
        err=[one["err"] for one in found],
        label=list(labels),
        look=looks,
        calibration=[one["calibration"] for one in found],
    )


def _label(one: dict[str, Any]) -> str:
    parts = (one["survey"], one["band"], one["mode"], str(one["observer"]))
    return "/".join((*parts, one["observatory"]))
