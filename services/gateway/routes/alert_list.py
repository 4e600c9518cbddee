"""The list of targets: searched, filtered, in either order, a page at a time."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from services.gateway.domain.fields import one_name, whole
from services.gateway.domain.search import (
    ORDERS,
    Cone,
    Kind,
    NamePart,
    Order,
    read_search,
)
from services.gateway.routes.desk import DESK
from services.gateway.routes.legacy import alert_row
from services.gateway.routes.respond import page

__all__ = ["list_of_alerts"]

_ROWS = 20
_MOST_ROWS = 1000


async def list_of_alerts(request: web.Request) -> web.Response:
    """List targets, the newest first, or those of a name or place."""
    offset, before = whole(request.query, "offset"), whole(request.query, "before")
    count = min(whole(request.query, "num", _ROWS) or _ROWS, _MOST_ROWS)
    asked = _asked(request)
    rows = await request.app[DESK].targets.page(
        asked.search,
        count,
        kind=asked.kind,
        observed=asked.observed,
        order=asked.order,
        before=before or None,
        offset=offset,
    )
    if request.query.get("format") == "json":
        return web.json_response([alert_row(row.alert, row.points) for row in rows])
    following = asked.kept() | {"num": count, "sort": asked.order}
    if isinstance(asked.search, Cone):
        following["offset"] = offset + count
    elif rows:
        last = rows[-1]
        following["before"] = last.last if asked.order == "observed" else last.alert.id
    return await page(
        request,
        "alerts.html",
        rows=rows,
        asked=asked,
        following=urlencode(following) if len(rows) == count else "",
        orders={one: urlencode(asked.kept() | {"sort": one}) for one in ORDERS},
    )


@dataclass(frozen=True)
class _Asked:
    """Which targets a page lists."""

    text: str
    search: NamePart | Cone
    kind: Kind
    observed: bool
    order: Order

    def kept(self) -> dict[str, object]:
        """Return what a link to another page of the list keeps."""
        given = {"search": self.text, "observed_only": int(self.observed)}
        given |= vars(self.kind)
        return {name: it for name, it in given.items() if it}


def _asked(request: web.Request) -> _Asked:
    text = one_name(request.query.get("search") or request.query.get("name", ""))
    by_observation = request.query.get("sort") == "observed"
    return _Asked(
        text=text,
        search=read_search(text),
        kind=_kind(request),
        observed=request.query.get("observed_only") == "1",
        order="observed" if by_observation else "published",
    )


def _kind(request: web.Request) -> Kind:
    names = ("classification", "stream", "since", "until")
    return Kind(**{name: request.query.get(name, "").strip()[:60] for name in names})
