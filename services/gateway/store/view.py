"""The gateway's own view of targets and observations: reads never leave it.

Each entry carries a revision; an older one never overwrites a newer one, in
whichever order events come.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from services.gateway.domain.search import key_of
from services.gateway.store.packed import TOUCHED, PackedCurves
from services.gateway.store.ranges import between
from services.gateway.store.tallies import Tallies
from services.gateway.store.target_document import (
    document_of,
    revision_of,
    unobserved,
)
from shared.contracts.alerts import Alert, ObservationDeleted, ObservationRecorded
from shared.mongo import Database, keep_new, no_index, renew

__all__ = ["ViewStore"]

Shown = Callable[[], Awaitable[None]]
"""Told that something can be seen."""

_LIVE = {"deleted": False}
_SCHEME = "ivo://"
_LAYOUT = 2


class ViewStore:
    """Targets and observations, ready to be shown."""

    def __init__(self, database: Database, packed: PackedCurves) -> None:
        self._packed = packed
        self._alerts = database["alerts"]
        self._observations = database["observations"]
        self._history = database["history"]
        self._tops = database["tops"]
        self._bands = database["bands"]
        self._tallies = Tallies(database)
        self._known_bands: set[str] = set()

    async def prepare(self) -> None:
        """Renew what an older version kept; make the indexes."""
        await renew(self._alerts, _LAYOUT, self._write_again)
        await self._alerts.create_index("names")
        await self._alerts.create_index("keys")
        await self._alerts.create_index("cell")
        await self._alerts.create_index("parts")
        await self._alerts.create_index("number")
        await self._alerts.create_index("last")
        await self._history.create_index("alert_id")
        for field in ("number", "observer_id", "mjd"):
            await self._observations.create_index(field)
        await self._observations.create_index([("alert_id", 1), ("mjd", 1)])
        await no_index(self._observations, "alert_id")  # that is the one above

    async def _write_again(self, document: dict[str, Any]) -> None:
        await self.put_alerts([Alert.model_validate(document["alert"])])

    async def put_alerts(self, alerts: Sequence[Alert]) -> None:
        """Keep targets; a later revision of one stays, if there is one."""
        known = await keep_new(self._alerts, [unobserved(one) for one in alerts])
        for place in sorted(known):
            one = alerts[place]
            await _put_newer(self._alerts, one.id, one.revision, document_of(one))
        await keep_new(self._history, [revision_of(one) for one in alerts])
        await self._reach(self._alerts, max(one.id for one in alerts))
        here = {alerts[place].id for place in known}
        ids = {"$in": [one.id for one in alerts if one.id not in here]}
        early = await self._observations.distinct(
            "alert_id", {"alert_id": ids, **_LIVE}
        )
        for number in sorted(here.union(early)):
            await self._mark_observed(number)

    async def put_observation(
        self, point: ObservationRecorded, shown: Shown | None = None
    ) -> None:
        """Keep an observation, unless a later revision is kept already.

        ``shown`` is awaited as soon as it can be seen, before it is listed and counted.
        """
        is_newest = await _put_newer(
            self._observations,
            point.observation_id,
            point.revision,
            {
                "number": point.observation_id,
                "alert_id": point.frame.target.alert_id,
                "observer_id": point.frame.observer.id,
                "deleted": False,
                TOUCHED: datetime.now(UTC),
                "mjd": point.frame.mjd,
                "survey": point.zero_point.survey,
                "band": point.zero_point.band,
                "point": point.model_dump(mode="json"),
            },
        )
        self._packed.changed(point.frame.target.alert_id)
        if shown is not None:
            await shown()
        if is_newest:  # else whoever kept the newer revision does the rest
            await self._list_observation(point)

    async def _list_observation(self, point: ObservationRecorded) -> None:
        number = point.observation_id or 0
        target, observer = point.frame.target.alert_id, point.frame.observer.id
        await asyncio.gather(
            self._reach(self._observations, number),
            self._alerts.update_one(
                {"_id": target}, {"$set": {"observed": True}, "$max": {"last": number}}
            ),
            self._tallies.changed(alert_id=target, observer_id=observer),
            self._know_band(point.zero_point.survey, point.zero_point.band),
        )

    async def _know_band(self, survey: str, band: str) -> None:
        """Keep that there are points in a band; once for all that it has seen."""
        name = f"{survey}/{band}"
        if name not in self._known_bands:
            change = {"$set": {"survey": survey, "band": band}}
            await self._bands.update_one({"_id": name}, change, upsert=True)
            self._known_bands.add(name)

    async def drop_observation(self, deletion: ObservationDeleted) -> None:
        """Hide an observation, unless a later revision is kept already."""
        await _put_newer(
            self._observations,
            deletion.observation_id,
            deletion.revision,
            {
                "alert_id": deletion.alert_id,
                "deleted": True,
                TOUCHED: datetime.now(UTC),
            },
        )
        self._packed.changed(deletion.alert_id)
        kept = await self._observations.find_one({"_id": deletion.observation_id})
        observer = 0 if kept is None else kept.get("observer_id", 0)
        await self._tallies.changed(alert_id=deletion.alert_id, observer_id=observer)
        await self._mark_observed(deletion.alert_id)

    async def _mark_observed(self, alert_id: int) -> None:
        """Keep with a target whether it is observed, and its last observation."""
        live = await self._observations.find_one(
            {"alert_id": alert_id, **_LIVE}, sort=[("number", DESCENDING)]
        )
        last = live["number"] if live else 0
        change = {"$set": {"observed": live is not None}, "$max": {"last": last}}
        await self._alerts.update_one({"_id": alert_id}, change)

    async def _reach(self, collection: Any, number: int) -> None:
        """Remember the highest number: lists begin there."""
        await self._tops.update_one(
            {"_id": collection.name}, {"$max": {"top": number}}, upsert=True
        )

    async def alert(self, number: int) -> Alert | None:
        """Return a target by its number.

        For one that was merged it is the target that took its observations.
        """
        found = await self._alerts.find_one({"_id": number})
        if found is None:
            return None
        alert = Alert.model_validate(found["alert"])
        into = alert.merged_into
        return alert if into is None else await self.alert(into)

    async def called(self, name: str, most: int = 10) -> list[Alert]:
        """Return the targets of a name: of that very name, else of one like it."""
        for query in (
            {"names": {"$in": [name.casefold(), _SCHEME + name.casefold()]}},
            {"keys": key_of(name)},
        ):
            cursor = self._alerts.find(query).sort("_id", ASCENDING).limit(most)
            found = [Alert.model_validate(one["alert"]) async for one in cursor]
            if found:
                return found
        return []

    async def history(self, alert_id: int) -> list[Alert]:
        """Return what is known of a target's revisions, the last first."""
        cursor = self._history.find({"alert_id": alert_id})
        found = [Alert.model_validate(one["alert"]) async for one in cursor]
        return sorted(found, key=lambda alert: -alert.revision)

    async def light_curve(self, alert_id: int) -> list[ObservationRecorded]:
        """Return the observations of a target, by time and number."""
        cursor = self._observations.find({"alert_id": alert_id, **_LIVE})
        points = [_point(document) async for document in cursor]
        return sorted(
            points, key=lambda point: (point.frame.mjd, point.observation_id or 0)
        )

    async def selected(
        self,
        *,
        number: int | None = None,
        alert_id: int | None = None,
        observer_id: int | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> list[ObservationRecorded]:
        """Return the observations that fit all that is given, by number.

        ``since`` (or later) and ``until`` (before) are times of observation [d] (MJD).
        """
        given = {"_id": number, "alert_id": alert_id, "observer_id": observer_id}
        query: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
        query |= between("mjd", since, until)
        found = [one async for one in self._observations.find(query)]
        live = [one for one in found if not one["deleted"]]
        return [_point(one) for one in sorted(live, key=lambda one: int(one["_id"]))]


async def _put_newer(
    collection: Any, number: int | None, revision: int, entry: dict[str, Any]
) -> bool:
    """Keep an entry; return whether no newer revision was kept already."""
    entry = {**entry, "revision": revision}
    if revision == 1 and not await keep_new(collection, [{"_id": number, **entry}]):
        return True
    older = {"_id": number, "revision": {"$lte": revision}}
    try:
        await collection.update_one(older, {"$set": entry}, upsert=True)
    except DuplicateKeyError:
        return False
    return True


def _point(document: dict[str, Any]) -> ObservationRecorded:
    return ObservationRecorded.model_validate(document["point"])
