"""An observer's own page: points, zero-points through time, hashtags."""

from typing import TYPE_CHECKING

from aiohttp import web

from services.gateway.domain.chart import Chart, chart
from services.gateway.domain.fields import number, required
from services.gateway.domain.hashtags import new_hashtag
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import SCOPES
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted, reading
from services.gateway.routes.respond import page, root
from shared.contracts.alerts import ObservationRecorded

if TYPE_CHECKING:
    from services.gateway.store.observers import KnownObserver

__all__ = ["account", "add_hashtag", "revoke_hashtag"]

_POINTS = 200
_LISTED = 50
_LONGEST_LIFE = 3650


async def account(request: web.Request) -> web.Response:
    """Show an observer's own points, zero-points and hashtags."""
    observer, desk = await reading(request), request.app[DESK]
    points = await desk.points.page(_POINTS, observer_id=observer.id)
    return await page(
        request,
        "account.html",
        points=points[:_LISTED],
        charts=_zero_points(points),
        webhooks=await desk.webhooks.of(observer.id),
        hashtags=await desk.hashtags.of(observer.id),
        scopes=[name for name, role in SCOPES.items() if role <= observer.role],
    )


def _zero_points(points: list[ObservationRecorded]) -> dict[str, Chart]:
    """Draw the zero-point through time, for each survey's band."""
    by_band: dict[str, list[ObservationRecorded]] = {}
    for point in points:
        fit = point.zero_point
        by_band.setdefault(f"{fit.survey}/{fit.band}", []).append(point)
    return {
        name: chart([_zero_point(one) for one in some], ("MJD [d]", name), (420, 260))
        for name, some in sorted(by_band.items())
    }


def _zero_point(point: ObservationRecorded) -> tuple[float, float, float, str, str]:
    fit = point.zero_point
    told = f"{fit.zero_point:.3f} ± {fit.zero_point_err:.3f}, {fit.stars_used} stars"
    return point.frame.mjd, fit.zero_point, fit.zero_point_err, "used", told


async def add_hashtag(request: web.Request) -> web.Response:
    """Make another hashtag, of a scope and for some days; shown only now."""
    observer, form = await admitted(request)
    scope = form.fields.get("scope", "read")
    if SCOPES.get(scope, observer.role + 1) > observer.role:
        raise RefusalError(403, "A new hashtag may do no more than yours.")
    days = number(form.fields, "days", default="0")
    if not 0 <= days <= _LONGEST_LIFE:
        raise RefusalError(400, f"days must be at most {_LONGEST_LIFE}.")
    hashtag = new_hashtag(form.fields.get("prefix", ""))
    await request.app[DESK].hashtags.add(
        observer.id,
        hashtag,
        scope=scope,
        label=required(form.fields, "label"),
        days=int(days) or None,
    )
    return await page(request, "hashtag.html", hashtag=hashtag, whose=observer.name)


async def revoke_hashtag(request: web.Request) -> web.StreamResponse:
    """Revoke one of your own hashtags; all logins end."""
    observer, form = await admitted(request)
    await _fully_trusted(request, observer)
    count = await request.app[DESK].hashtags.revoke(
        observer.id, required(form.fields, "id")
    )
    if not count:
        raise RefusalError(404, "You have no such hashtag.")
    raise web.HTTPSeeOther(f"{root(request)}/login")


async def _fully_trusted(request: web.Request, observer: "KnownObserver") -> None:
    whole = await request.app[DESK].observers.find(observer.id)
    if whole is None or observer.role < whole.role:
        raise RefusalError(403, "Use a hashtag that may do all that you may.")
