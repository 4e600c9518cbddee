"""An observer's own page: points, zero-points through time, hashtags, webhooks."""

from aiohttp import web

from services.gateway.actions import people, webhooks
from services.gateway.domain.chart import Chart, Plane, chart
from services.gateway.domain.roles import SCOPES
from services.gateway.domain.signing import standard_secret
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import root
from services.gateway.web.respond import NO_STORE, page
from shared.contracts.alerts import ObservationRecorded

__all__ = [
    "account",
    "add_hashtag",
    "add_webhook",
    "drop_webhook",
    "equip",
    "revoke_hashtag",
    "show_hashtag",
]

_POINTS = 200
_LISTED = 50


async def account(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show an observer's own points, zero-points and hashtags."""
    desk = request.app[DESK]
    points = await desk.stores.points.page(_POINTS, observer_id=observer.id)
    return await page(
        request,
        observer,
        "account.html",
        points=points[:_LISTED],
        charts=_zero_points(points),
        webhooks=await desk.stores.webhooks.of(observer.id),
        hashtags=await desk.stores.hashtags.of(observer.id),
        scopes=[name for name, role in SCOPES.items() if role <= observer.role],
    )


def _zero_points(points: list[ObservationRecorded]) -> dict[str, Chart]:
    """Draw the zero-point through time, for each survey's band."""
    by_band: dict[str, list[ObservationRecorded]] = {}
    for point in points:
        fit = point.zero_point
        by_band.setdefault(f"{fit.survey}/{fit.band}", []).append(point)
    return {
        name: chart(
            [_zero_point(one) for one in some], Plane("MJD [d]", name), (420, 260)
        )
        for name, some in sorted(by_band.items())
    }


def _zero_point(point: ObservationRecorded) -> tuple[float, float, float, str, str]:
    fit = point.zero_point
    told = f"{fit.zero_point:.3f} ± {fit.zero_point_err:.3f}, {fit.stars_used} stars"
    return point.frame.mjd, fit.zero_point, fit.zero_point_err, "used", told


async def add_hashtag(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Make another hashtag, of a scope and for some days; shown only now."""
    hashtag = await people.add_hashtag(request.app[DESK], observer, form.fields)
    return await show_hashtag(request, observer, hashtag, observer.name)


async def show_hashtag(
    request: web.Request, observer: KnownObserver, hashtag: str, whose: str
) -> web.Response:
    """Show a new hashtag, this once."""
    shown = await page(request, observer, "hashtag.html", hashtag=hashtag, whose=whose)
    shown.headers.update(NO_STORE)
    return shown


async def revoke_hashtag(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Revoke one of your own hashtags; all logins end."""
    await people.revoke_hashtag(request.app[DESK], observer, form.fields)
    raise web.HTTPSeeOther(f"{root(request)}/login")


async def equip(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Tell your filters, telescope and camera."""
    await people.equip(request.app[DESK], observer, form.fields)
    raise web.HTTPSeeOther(f"{root(request)}/account")


async def add_webhook(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Have an address told of every new point; its secret is shown only now."""
    url, secret = await webhooks.add_webhook(request.app[DESK], observer, form.fields)
    shown = await page(
        request,
        observer,
        "webhook.html",
        url=url,
        secret=secret,
        standard=standard_secret(secret),
    )
    shown.headers.update(NO_STORE)
    return shown


async def drop_webhook(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Tell one of your addresses no more."""
    await webhooks.drop_webhook(request.app[DESK], observer, form.fields)
    raise web.HTTPSeeOther(f"{root(request)}/account")
