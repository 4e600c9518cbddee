"""``/api/v1/targets``: found, shown, added; their light curves to be drawn."""

from typing import Any

from aiohttp import ETag, web

from services.gateway.actions.targets import enter_target, known_target
from services.gateway.api.models import Points, TargetPage
from services.gateway.api.orders import TargetQuery
from services.gateway.api.presentation import target_shown
from services.gateway.api.query import answer, query_of
from services.gateway.domain.fields import flag, one_name
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import Kind, read_search
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.contracts.alerts import Alert, AlertCreated, AlertRevised

__all__ = ["add_target", "named_target", "points", "target", "targets"]

_LABEL = ("survey", "band", "mode", "observer", "observatory")


async def named_target(request: web.Request) -> Alert:
    """Return the target that the path names, with or without ``ivo://``.

    Raises
    ------
    RefusalError
        There is none.
    """
    return await known_target(request.app[DESK], one_name(request.match_info["name"]))


async def targets(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Find targets by name, part of it or place; newest first."""
    query = query_of(form, TargetQuery)
    search = read_search(query.search)
    rows = await request.app[DESK].stores.targets.page(
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


async def target(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a target."""
    alert = await named_target(request)
    count = await request.app[DESK].stores.targets.total(alert.id)
    return answer(target_shown(request, alert, count))


async def add_target(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Add a target, or correct your own."""
    desk = request.app[DESK]
    fields = {"EventID": form.fields.get("name", ""), **form.fields}
    may_move = flag(form.fields, "move")
    entered = await enter_target(desk, observer, fields, may_move=may_move)
    answered = entered.job.answer
    if not isinstance(answered, AlertCreated | AlertRevised):
        raise RefusalError(503, "The target is being added: look again in a minute.")
    alert = answered.alert
    count = await desk.stores.targets.total(alert.id)
    return answer(target_shown(request, alert, count), status=201)


async def points(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return a light curve as columns, for drawing."""
    alert = await named_target(request)
    curves = request.app[DESK].stores.curves
    stamp = await curves.stamp(alert.id)
    if stamp is not None and ETag(stamp) in (request.if_none_match or ()):
        return web.Response(status=304, headers={"ETag": f'"{stamp}"'})
    shown = answer(_columns(alert.ivorn, await curves.drawn(alert.id)))
    shown.headers["Cache-Control"] = "no-cache"
    shown.etag = stamp
    shown.enable_compression()
    return shown


def _columns(name: str, drawn: dict[str, list[Any]]) -> Points:
    labels: dict[Any, int] = {}
    parts = (drawn[each] for each in _LABEL)
    looks = [labels.setdefault(each, len(labels)) for each in zip(*parts, strict=True)]
    measured = (drawn["mag"], drawn["mag_err"], drawn["depth"])
    return Points.model_construct(
        name=name,
        id=drawn["id"],
        mjd=drawn["mjd"],
        mag=[_headline(*each) for each in zip(*measured, strict=True)],
        err=drawn["err"],
        label=["/".join(map(str, each)) for each in labels],
        look=looks,
        calibration=drawn["calibration"],
        exposure=drawn["exposure"],
        comment=drawn["comment"],
    )


def _headline(mag: float, mag_err: float, depth: float | None) -> float:
    """Return the magnitude, or as a limit the depth where it is known."""
    return depth if mag_err < 0 and depth is not None else mag
