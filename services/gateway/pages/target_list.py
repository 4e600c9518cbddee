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
from services.gateway.pages.legacy import alert_row
from services.gateway.pages.turning import pages_around
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.respond import page

__all__ = ["list_of_alerts"]

_ROWS = 20
_MOST_ROWS = 1000


async def list_of_alerts(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List targets, the newest first, or those of a name or place."""
    offset, before = whole(form.fields, "offset"), whole(form.fields, "before")
    count = min(whole(form.fields, "num", _ROWS) or _ROWS, _MOST_ROWS)
    listed = _listed(form)
    rows = await request.app[DESK].stores.targets.page(
        listed.search,
        count,
        kind=listed.kind,
        observed=listed.observed,
        order=listed.order,
        before=before or None,
        offset=offset,
    )
    if form.fields.get("format") == "json":
        return web.json_response([alert_row(row.alert, row.points) for row in rows])
    kept = listed.kept() | {"num": count, "sort": listed.order}
    key, following = "before", None
    if isinstance(listed.search, Cone):
        key, following = "offset", offset + count
    elif rows:
        last = rows[-1]
        following = last.last if listed.order == "observed" else last.alert.id
    if len(rows) < count:
        following = None
    return await page(
        request,
        observer,
        "alerts.html",
        rows=rows,
        listed=listed,
        nearest=isinstance(listed.search, Cone),
        pages=pages_around(form.fields, kept, key, following),
        total=await request.app[DESK].stores.targets.entered(),
        orders={one: urlencode(listed.kept() | {"sort": one}) for one in ORDERS},
    )


@dataclass(frozen=True)
class _Listed:
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


def _listed(form: Form) -> _Listed:
    text = one_name(form.fields.get("search") or form.fields.get("name", ""))
    by_observation = form.fields.get("sort") == "observed"
    return _Listed(
        text=text,
        search=read_search(text),
        kind=_kind(form),
        observed=form.fields.get("observed_only") == "1",
        order="observed" if by_observation else "published",
    )


def _kind(form: Form) -> Kind:
    names = ("classification", "stream", "since", "until")
    return Kind(**{name: form.fields.get(name, "").strip()[:60] for name in names})
