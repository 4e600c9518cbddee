"""Lists of targets out of the gateway's view: a page, a name, a place on the sky."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from services.gateway.domain.search import (
    ANY,
    Cone,
    Kind,
    NamePart,
    Order,
    key_of,
    parts_of,
)
from services.gateway.store.paging import Listing, Paging
from services.gateway.store.ranges import between
from services.gateway.store.tallies import Tallies
from shared.contracts.alerts import Alert
from shared.kernel.cells import angle, cells_around
from shared.mongo import Database

__all__ = ["ListedAlert", "TargetLists"]

_RARE = 200
_LISTS: Mapping[Order, Listing] = {
    "published": Listing("alerts", "number", "alerts"),
    "observed": Listing("alerts", "last", "observations"),
}


class ListedAlert(NamedTuple):
    """A target with the count of its observations and the number of the last."""

    alert: Alert
    points: int
    last: int


class TargetLists:
    """Targets, many at a time."""

    def __init__(self, database: Database) -> None:
        self._alerts = database["alerts"]
        self._paging = Paging(database)
        self._tallies = Tallies(database)

    async def page(
        self,
        search: NamePart | Cone,
        count: int,
        *,
        kind: Kind = ANY,
        observed: bool = False,
        order: Order = "published",
        before: int | None = None,
        offset: int = 0,
    ) -> list[ListedAlert]:
        """Return targets with their counts of observations.

        The last published or the last observed first, and only those ``before`` a
        number of a target or of an observation; in a cone the nearest first.
        """
        observed = observed or order == "observed"
        query: dict[str, Any] = {"merged": False} | _of(kind)
        if observed:
            query["observed"] = True
        listing = _LISTS[order]
        if isinstance(search, Cone):
            found = await self._in_cone(search, query)
            found = found[offset : offset + count]
        elif (rare := await self._rare(search.text, query)) is not None:
            rare.sort(key=lambda one: -int(one[listing.field]))
            found = [one for one in rare if not before or one[listing.field] < before]
            found = found[offset : offset + count]
        else:
            found = await self._paging.read(
                listing,
                query | _named(search.text),
                count,
                before=before,
                offset=offset,
            )
        return await self._counted(found)

    async def _counted(self, found: list[dict[str, Any]]) -> list[ListedAlert]:
        alerts = [Alert.model_validate(document["alert"]) for document in found]
        numbers = [alert.id for alert in alerts]
        counts = await self._tallies.counts("alert_id", numbers)
        return [
            ListedAlert(alert, counts[alert.id], document.get("last", 0))
            for alert, document in zip(alerts, found, strict=True)
        ]

    async def _rare(
        self, text: str, query: dict[str, Any]
    ) -> list[dict[str, Any]] | None:
        """Return all targets with a rare part of a name; ``None`` for a common one."""
        runs = parts_of(text)
        if not runs:
            return None
        rare = query | {"parts": runs[-1]} | _named(text)
        found = [document async for document in self._alerts.find(rare).limit(_RARE)]
        return found if len(found) < _RARE else None

    async def total(self, alert_id: int) -> int:
        """Return how many observations a target has."""
        return (await self._tallies.counts("alert_id", [alert_id]))[alert_id]

    async def size(self) -> int:
        """Return how many targets there are."""
        return await self._alerts.estimated_document_count()

    async def entered(self) -> int:
        """Return how many targets were ever entered: the highest number."""
        return await self._paging.top(_LISTS["published"])

    async def _in_cone(self, cone: Cone, query: dict[str, Any]) -> list[dict[str, Any]]:
        cells = cells_around(cone.ra, cone.dec, cone.radius)
        near = []
        async for found in self._alerts.find({**query, "cell": {"$in": cells}}):
            alert = found["alert"]
            away = angle(cone.ra, cone.dec, alert["ra"], alert["dec"])
            if away <= cone.radius:
                near.append((away, found))
        return [found for _, found in sorted(near, key=lambda one: one[0])]


def _of(kind: Kind) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if kind.classification:
        query["classification"] = {"$regex": re.escape(kind.classification.casefold())}
    if kind.stream:
        query["stream"] = kind.stream.casefold()
    return query | between("published", kind.since, kind.until)


def _named(text: str) -> dict[str, Any]:
    return {"keys": {"$regex": re.escape(key_of(text))}} if text else {}
