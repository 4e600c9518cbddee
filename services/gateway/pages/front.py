"""The front page, login and logout."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from services.gateway.domain import palette
from services.gateway.domain.chart import Chart, Plane, chart
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.search import NamePart
from services.gateway.store.observers import KnownObserver
from services.gateway.store.stores import Stores
from services.gateway.web.form import Form
from services.gateway.web.guard import SESSION, known_hashtag
from services.gateway.web.keys import DESK
from services.gateway.web.paths import is_secure, root
from services.gateway.web.respond import page
from shared.contracts.alerts import ObservationRecorded

__all__ = ["log_in", "log_out", "welcome"]

_CURVES, _POINTS = 4, 40
_SPARK = (220, 56)
_LATELY = 50
_PLACE = re.compile(r"/(?![/\\])[\x21-\x7e]*")
"""A path of this site, and no other site's address."""


async def welcome(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show the front page: what came last, and where to go."""
    stores = request.app[DESK].stores
    rows, latest = await asyncio.gather(
        stores.targets.page(NamePart(""), _CURVES, order="observed"),
        stores.points.page(_LATELY),
    )
    curves = await asyncio.gather(*(_newest(stores, row.alert.id) for row in rows))
    return await page(
        request,
        observer,
        "welcome.html",
        lately=_lately(latest, datetime.now(UTC)),
        curves=[
            (row, _spark(points), points[0] if points else None)
            for row, points in zip(rows, curves, strict=True)
        ],
    )


async def _newest(stores: Stores, alert_id: int) -> list[ObservationRecorded]:
    return await stores.points.page(_POINTS, alert_id=alert_id)


def _lately(points: Sequence[ObservationRecorded], now: datetime) -> dict[str, Any]:
    """Return how many points came in the last day, and of whom."""
    new = [one for one in points if one.recorded_at > now - timedelta(days=1)]
    return {
        "points": len(new),
        "more": len(new) == _LATELY,
        "observers": sorted({one.frame.observer.name for one in new}),
    }


def _spark(points: Sequence[ObservationRecorded]) -> Chart:
    """Draw points as small as can be."""
    dots = [
        (
            one.frame.mjd,
            one.magnitude.headline,
            0.0,
            f"band{palette.place(one.zero_point.band)}",
            "",
        )
        for one in points
    ]
    return chart(dots, Plane("", ""), _SPARK, 4)


async def log_in(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Open a session for whoever knows a hashtag; go back to where one was going."""
    desk = request.app[DESK]
    found = await known_hashtag(request, form.fields.get("hashtag", ""))
    if found is None:
        raise RefusalError(403, "The hashtag is not known.")
    token = secrets.token_urlsafe(32)
    await desk.stores.hashtags.open_session(token, found)
    wanted = form.fields.get("next", "")
    place = wanted if _PLACE.fullmatch(wanted) else "/"
    answer = web.HTTPSeeOther(f"{root(request)}{place}")
    answer.set_cookie(
        SESSION,
        token,
        max_age=desk.settings.session_days * 86400,
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
    )
    raise answer


async def log_out(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Close the session."""
    token = request.cookies.get(SESSION)
    if token:
        await request.app[DESK].stores.hashtags.close_session(token)
    answer = web.HTTPSeeOther(f"{root(request)}/")
    answer.del_cookie(SESSION)
    raise answer
