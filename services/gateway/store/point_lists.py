"""Lists of observations out of the gateway's view, by target, observer and time."""

from collections.abc import Sequence
from typing import Any

from services.gateway.store.paging import Listing, Paging
from services.gateway.store.ranges import between
from services.gateway.store.tallies import Tallies
from shared.contracts.alerts import ObservationRecorded
from shared.mongo import Database

__all__ = ["PointLists"]

_LIVE = {"deleted": False}
_FIRST_WIDTH = 1 / 256
_FIRST_MJD, _LAST_MJD = 15020.0, 88069.0
_POINTS = Listing("observations", "number", "observations")


class PointLists:
    """Observations, many at a time; a list that has few is read whole."""

    def __init__(self, database: Database, few: int = 500) -> None:
        self._few = few
        self._observations = database["observations"]
        self._bands = database["bands"]
        self._paging = Paging(database)
        self._tallies = Tallies(database)

    async def page(
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
        """Return observations, newest number first; times are MJD [d].

        A time limit orders by time, the last first, and the page ends with all points
        of its first moment: ``until`` that moment is the next page.
        """
        query: dict[str, Any] = dict(_LIVE)
        if observer_id is not None:
            query["observer_id"] = observer_id
        if alert_id is not None:
            query["alert_id"] = alert_id
        few = await self._are_few(query)
        if since is not None or until is not None:
            found = await self._by_time(query, offset + count, since, until, few=few)
            found = found[offset:]
        elif few:
            found = (await self._whole(query, before))[offset : offset + count]
        else:
            found = await self._paging.read(
                _POINTS, query, count, before=before, offset=offset
            )
        return [ObservationRecorded.model_validate(one["point"]) for one in found]

    async def counts_by_observer(self, observers: Sequence[int]) -> dict[int, int]:
        """Return how many observations each observer has."""
        return await self._tallies.counts("observer_id", observers)

    async def bands(self) -> list[tuple[str, str]]:
        """Return the surveys and bands that observations were calibrated with."""
        return sorted(
            [(one["survey"], one["band"]) async for one in self._bands.find()]
        )

    async def size(self) -> int:
        """Return how many observations there are."""
        return await self._observations.estimated_document_count()

    async def _are_few(self, query: dict[str, Any]) -> bool:
        """Tell whether a target or an observer has few enough points to read all."""
        for field in ("alert_id", "observer_id"):
            if field in query:
                counts = await self._tallies.counts(field, [query[field]])
                if counts[query[field]] <= self._few:
                    return True
        return False

    async def _whole(
        self, query: dict[str, Any], before: int | None
    ) -> list[dict[str, Any]]:
        found = [one async for one in self._observations.find(query)]
        earlier = [one for one in found if before is None or one["number"] < before]
        return sorted(earlier, key=lambda one: -int(one["number"]))

    async def _by_time(
        self,
        query: dict[str, Any],
        count: int,
        since: float | None,
        until: float | None,
        *,
        few: bool,
    ) -> list[dict[str, Any]]:
        first = max(since or _FIRST_MJD, _FIRST_MJD)
        high = min(until or _LAST_MJD, _LAST_MJD)
        width = high - first if few else _FIRST_WIDTH
        found: list[dict[str, Any]] = []
        while high > first and len(found) < count:
            low = max(first, high - width)
            part = self._observations.find(query | between("mjd", low, high))
            rows = [document async for document in part]
            found += sorted(rows, key=lambda one: (-one["mjd"], -one["number"]))
            high, width = low, 4 * width
        ties = [one for one in found[count:] if one["mjd"] == found[count - 1]["mjd"]]
        return found[:count] + ties
