"""Targets and observations in MongoDB; doing the same thing twice changes nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.alerts.domain.targets import name_key
from shared.contracts.alerts import Alert, ObservationDeleted, ObservationRecorded
from shared.contracts.values import Observer
from shared.mongo import Database

__all__ = ["AlertStore"]


class AlertStore:
    """What the alerts service owns.

    An observation keeps every record of its frame; the last one counts. A number
    once given is never given again.
    """

    def __init__(self, database: Database) -> None:
        self._alerts = database["alerts"]
        self._observations = database["observations"]
        self._counters = database["counters"]

    async def prepare(self) -> None:
        """Make the indexes and the counters."""
        await self._alerts.create_index("name_key", unique=True)
        await self._observations.create_index("frame_id", unique=True)
        await self._observations.create_index([("alert_id", ASCENDING)])
        for name in ("alerts", "observations"):
            await self._counters.update_one(
                {"_id": name}, {"$setOnInsert": {"last": 0}}, upsert=True
            )

    async def _next_id(self, name: str) -> int:
        counter = await self._counters.find_one_and_update(
            {"_id": name},
            {"$inc": {"last": 1}},
            return_document=ReturnDocument.AFTER,
        )
        if counter is None:
            raise RuntimeError(f"no counter for {name}")
        return int(counter["last"])

    async def create_alert(self, alert: Alert) -> tuple[Alert, bool]:
        """Keep a new target; return the one of this name and whether it is new."""
        found = await self._alert(alert.ivorn)
        if found is not None:
            return found, False
        numbered = alert.model_copy(update={"id": await self._next_id("alerts")})
        try:
            await self._alerts.insert_one(_alert_document(numbered))
        except DuplicateKeyError:
            return await self.create_alert(alert)
        return numbered, True

    async def _alert(self, ivorn: str) -> Alert | None:
        document = await self._alerts.find_one({"name_key": name_key(ivorn)})
        return None if document is None else Alert.model_validate(document["alert"])

    async def revise_alert(self, alert: Alert) -> bool:
        """Keep the next revision of a target; tell whether it was the next."""
        changed = await self._alerts.update_one(
            {"_id": alert.id, "alert.revision": alert.revision - 1},
            {"$set": _alert_document(alert)},
        )
        return bool(changed.modified_count)

    async def record(self, point: ObservationRecorded) -> ObservationRecorded | None:
        """Keep a calibrated point; return it with its number and revision.

        ``None`` for a recalibration of an observation that was deleted: it stays so.
        """
        frame_id = str(point.frame.frame_id)
        kept = await self._observations.find_one({"frame_id": frame_id})
        if kept is None:
            number = await self._next_id("observations")
            first = _numbered(point, number, 1)
            try:
                await self._observations.insert_one(_observation_document(first))
            except DuplicateKeyError:
                return await self.record(point)
            return first
        for record in map(ObservationRecorded.model_validate, kept["records"]):
            if record.frame.upload_id == point.frame.upload_id:
                return record
        if kept["deleted"] and point.frame.recalibration:
            return None
        return await self._record_again(point, kept)

    async def _record_again(
        self, point: ObservationRecorded, kept: dict[str, Any]
    ) -> ObservationRecorded | None:
        newer = _numbered(point, kept["_id"], kept["revision"] + 1)
        changed = await self._observations.update_one(
            {"_id": kept["_id"], "revision": kept["revision"]},
            {
                "$set": {"revision": newer.revision, "deleted": False},
                "$push": {"records": newer.model_dump(mode="json")},
            },
        )
        return newer if changed.modified_count else await self.record(point)

    async def observation(self, number: int) -> ObservationRecorded | None:
        """Return the newest record of an observation, deleted or not."""
        kept = await self._observations.find_one({"_id": number})
        return None if kept is None else _latest(kept)

    async def delete(self, number: int, observer: Observer, request: UUID) -> int:
        """Take an observation off the light curve; return its revision.

        Its records stay, so that the deletion can be taken back. The same request
        deletes once, however often it is repeated.
        """
        change = {
            "request": str(request),
            "by": observer.id,
            "at": datetime.now(UTC),
        }
        await self._observations.update_one(
            {
                "_id": number,
                "deleted": False,
                "deletions.request": {"$ne": str(request)},
            },
            {
                "$set": {"deleted": True},
                "$inc": {"revision": 1},
                "$push": {"deletions": change},
            },
        )
        return await self._revision(number)

    async def restore(self, number: int, request: UUID) -> ObservationRecorded | None:
        """Put a deleted observation back; return its newest record.

        The same request restores once, however often it is repeated.
        """
        await self._observations.update_one(
            {"_id": number, "deleted": True, "restorations": {"$ne": str(request)}},
            {
                "$set": {"deleted": False},
                "$push": {"restorations": str(request)},
                "$inc": {"revision": 1},
            },
        )
        return await self.observation(number)

    async def _revision(self, number: int) -> int:
        kept = await self._observations.find_one({"_id": number}, {"revision": 1})
        if kept is None:
            raise RuntimeError(f"observation {number} vanished")
        return int(kept["revision"])

    async def alerts(self) -> AsyncIterator[Alert]:
        """Yield every target, by number."""
        async for document in self._alerts.find().sort("_id", ASCENDING):
            yield Alert.model_validate(document["alert"])

    async def observations(
        self,
    ) -> AsyncIterator[ObservationRecorded | ObservationDeleted]:
        """Yield the present state of every observation, by number."""
        async for kept in self._observations.find().sort("_id", ASCENDING):
            if kept["deleted"]:
                yield ObservationDeleted(
                    observation_id=kept["_id"],
                    alert_id=kept["alert_id"],
                    revision=kept["revision"],
                )
            else:
                yield _latest(kept)


def _numbered(
    point: ObservationRecorded, number: int, revision: int
) -> ObservationRecorded:
    return point.model_copy(update={"observation_id": number, "revision": revision})


def _latest(kept: dict[str, Any]) -> ObservationRecorded:
    record = ObservationRecorded.model_validate(kept["records"][-1])
    return _numbered(record, kept["_id"], kept["revision"])


def _alert_document(alert: Alert) -> dict[str, Any]:
    return {
        "_id": alert.id,
        "name_key": name_key(alert.ivorn),
        "alert": alert.model_dump(mode="json"),
    }


def _observation_document(point: ObservationRecorded) -> dict[str, Any]:
    return {
        "_id": point.observation_id,
        "frame_id": str(point.frame.frame_id),
        "alert_id": point.frame.target.alert_id,
        "revision": point.revision,
        "deleted": False,
        "records": [point.model_dump(mode="json")],
        "deletions": [],
    }
