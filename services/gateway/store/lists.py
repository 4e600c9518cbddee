"""Lists out of the gateway's view, a page at a time however long they grow.

A page is a range of running numbers, newest first: the store reads what it shows,
not what there is.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pymongo import DESCENDING

from services.gateway.domain.search import Cone, NamePart, Order
from services.gateway.store.tallies import Tallies
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.mongo import Database

__all__ = ["ListStore", "ListedAlert"]

_LIVE = {"deleted": False}
_FEW = 500


@dataclass(frozen=True)
class _Listing:
    """A list by a field that holds running numbers of targets or of observations."""

    collection: str
    field: str
    numbers: str


_POINTS = _Listing("observations", "number", "observations")
_LISTS: Mapping[Order, _Listing] = {
    "published": _Listing("alerts", "number", "alerts"),
    "observed": _Listing("alerts", "last", "observations"),
}


class ListedAlert(NamedTuple):
    """A target with the count of its observations and the number of the last."""

    alert: Alert
    points: int
    last: int


class ListStore:
    """Targets and observations, many at a time."""

    def __init__(self, database: Database) -> None:
        self._alerts = database["alerts"]
        self._observations = database["observations"]
        self._collections = {
            "alerts": self._alerts,
            "observations": self._observations,
        }
        self._tops = database["tops"]
        self._bands = database["bands"]
        self._tallies = Tallies(database)

    async def alerts(
        self,
        search: NamePart | Cone,
        count: int,
        *,
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
        query: dict[str, Any] = {"observed": True} if observed else {}
        if isinstance(search, Cone):
            found = await self._in_cone(search, query)
            found = found[offset : offset + count]
        else:
            if search.text:
                part = re.escape(search.text.casefold())
                query["name_key"] = {"$regex": part}
            found = await self._page(_LISTS[order], query, count, before, offset)
        alerts = [Alert.model_validate(document["alert"]) for document in found]
        numbers = [alert.id for alert in alerts]
        counts = await self._tallies.counts("alert_id", numbers)
        return [
            ListedAlert(alert, counts[alert.id], document.get("last", 0))
            for alert, document in zip(alerts, found, strict=True)
        ]

    async def observations(
        self,
        count: int,
        *,
        observer_id: int | None = None,
        alert_id: int | None = None,
        since: float | None = None,
        until: float | None = None,
        before: int | None = None,
        offset: int = 0,
    ) -> list[ObservationRecorded]:
        """Return observations, newest number first; times are MJD [d]."""
        query: dict[str, Any] = dict(_LIVE)
        if observer_id is not None:
            query["observer_id"] = observer_id
        if alert_id is not None:
            query["alert_id"] = alert_id
        limits = {"$gte": since, "$lt": until}
        when = {name: it for name, it in limits.items() if it is not None}
        if when:
            query["mjd"] = when
        if await self._are_few(query):
            found = await self._whole(query, before)
            found = found[offset : offset + count]
        else:
            found = await self._page(_POINTS, query, count, before, offset)
        return [ObservationRecorded.model_validate(one["point"]) for one in found]

    async def counts_by_observer(self, observers: Sequence[int]) -> dict[int, int]:
        """Return how many observations each observer has."""
        return await self._tallies.counts("observer_id", observers)

    async def bands(self) -> list[tuple[str, str]]:
        """Return the surveys and bands that observations were calibrated with."""
        return sorted(
            [(one["survey"], one["band"]) async for one in self._bands.find()]
        )

    async def sizes(self) -> dict[str, int]:
        """Return how much there is."""
        return {
            "targets": await self._alerts.estimated_document_count(),
            "observations": await self._observations.estimated_document_count(),
        }

    async def total(self, alert_id: int) -> int:
        """Return how many observations a target has."""
        return (await self._tallies.counts("alert_id", [alert_id]))[alert_id]

    async def _are_few(self, query: dict[str, Any]) -> bool:
        """Tell whether a target or an observer has few enough points to read all."""
        for field in ("alert_id", "observer_id"):
            if field in query:
                counts = await self._tallies.counts(field, [query[field]])
                if counts[query[field]] <= _FEW:
                    return True
        return False

    async def _whole(
        self, query: dict[str, Any], before: int | None
    ) -> list[dict[str, Any]]:
        found = [one async for one in self._observations.find(query)]
        earlier = [one for one in found if before is None or one["number"] < before]
        return sorted(earlier, key=lambda one: -int(one["number"]))

    async def _page(
        self,
        listing: _Listing,
        query: dict[str, Any],
        count: int,
        before: int | None,
        offset: int,
    ) -> list[dict[str, Any]]:
        collection, field = self._collections[listing.collection], listing.field
        found: list[dict[str, Any]] = []
        high = before or await self._top(listing.numbers) + 1
        width = 2 * (offset + count)
        while high > 1 and len(found) < offset + count:
            low = max(1, high - width)
            within = {field: {"$gte": low, "$lt": high}, **query}
            part = collection.find(within).sort(field, DESCENDING)
            found += [document async for document in part]
            high, width = low, 4 * width
        return found[offset : offset + count]

    async def _top(self, name: str) -> int:
        found = await self._tops.find_one({"_id": name})
        return 0 if found is None else int(found["top"])

    async def _in_cone(self, cone: Cone, query: dict[str, Any]) -> list[dict[str, Any]]:
        zones = range(
            math.floor(cone.dec - cone.radius), math.floor(cone.dec + cone.radius) + 1
        )
        cursor = self._alerts.find({**query, "zone": {"$in": list(zones)}})
        near = [(_distance(cone, found["alert"]), found) async for found in cursor]
        near = [one for one in near if one[0] <= cone.radius]
        return [found for _, found in sorted(near, key=lambda one: one[0])]


def _distance(cone: Cone, alert: dict[str, Any]) -> float:
    """Return the angle [deg] between a cone's axis and a target (haversine)."""
    ra, dec = math.radians(cone.ra - alert["ra"]), math.radians(cone.dec - alert["dec"])
    cosines = math.cos(math.radians(cone.dec)) * math.cos(math.radians(alert["dec"]))
    square = math.sin(dec / 2) ** 2 + cosines * math.sin(ra / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(min(1.0, square))))
