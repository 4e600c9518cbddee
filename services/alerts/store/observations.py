"""Observations in MongoDB; doing the same thing twice changes nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from services.alerts.store.numbers import Numbers
from services.alerts.store.unreadable import Unreadable, raised
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.contracts.values import Observer, Target
from shared.mongo import Database, index_of_some

__all__ = ["ObservationStore"]


Kept = dict[str, Any]
State = ObservationRecorded | ObservationDeleted


class ObservationStore:
    """The observations that the alerts service owns.

    An observation keeps every record of its frame; the last one counts. A number
    once given is never given again.
    """

    def __init__(self, database: Database) -> None:
        self._observations = database["observations"]
        self._numbers = Numbers(database, "observations")

    async def prepare(self) -> None:
        """Make the indexes and the counter."""
        await self._observations.create_index("frame_id", unique=True)
        await self._observations.create_index([("alert_id", ASCENDING)])
        await index_of_some(self._observations, "merged_from", sparse=True)
        await self._numbers.prepare()

    async def of_frame(self, frame_id: UUID) -> Kept | None:
        """Return what is kept of a frame's observation, for ``record``."""
        return await self._observations.find_one({"frame_id": str(frame_id)})

    async def record(
        self, point: ObservationRecorded, kept: Kept | None
    ) -> ObservationRecorded | None:
        """Keep a calibrated point; return it with its number and revision.

        ``None`` where the observation was deleted and stays so: after a recalibration,
        or an upload that was asked for before the deletion.

        Parameters
        ----------
        kept
            What was kept of its frame a moment ago.
        """
        if kept is None:
            number = await self._numbers.next()
            first = _numbered(point, number, 1)
            try:
                await self._observations.insert_one(_observation_document(first))
            except DuplicateKeyError:
                return await self._record_anew(point)
            return first
        for record in map(ObservationRecorded.model_validate, kept["records"]):
            if record.frame.upload_id == point.frame.upload_id:
                return record
        if kept["deleted"] and (
            point.frame.recalibration or _is_older(point.frame.asked, kept)
        ):
            return None
        return await self._record_again(point, kept)

    async def _record_again(
        self, point: ObservationRecorded, kept: Kept
    ) -> ObservationRecorded | None:
        newer = _numbered(point, kept["_id"], kept["revision"] + 1)
        changed = await self._observations.update_one(
            {"_id": kept["_id"], "revision": kept["revision"]},
            {
                "$set": {
                    "revision": newer.revision,
                    "deleted": False,
                    **_wish_of(point),
                },
                "$push": {"records": newer.model_dump(mode="json")},
            },
        )
        return newer if changed.modified_count else await self._record_anew(point)

    async def _record_anew(
        self, point: ObservationRecorded
    ) -> ObservationRecorded | None:
        """Keep a point whose frame was changed by another at the same time."""
        return await self.record(point, await self.of_frame(point.frame.frame_id))

    async def find(self, number: int) -> ObservationRecorded | None:
        """Return the newest record of an observation, deleted or not."""
        kept = await self._observations.find_one({"_id": number})
        return None if kept is None else _latest(kept)

    async def delete(
        self,
        number: int,
        observer: Observer,
        request: UUID,
        asked: datetime | None = None,
    ) -> State:
        """Take an observation off the light curve; return its present state.

        Its records stay, so that the deletion can be taken back. The same request
        deletes once, however often it is repeated; one that was asked for before the
        last deletion or restoration comes too late.
        """
        change = {
            "request": str(request),
            "by": observer.id,
            "at": datetime.now(UTC),
        }
        done = await self._observations.update_one(
            {
                "_id": number,
                "deleted": False,
                "deletions.request": {"$ne": str(request)},
                **_not_older(asked),
            },
            {
                "$set": {"deleted": True, "wished": asked},
                "$inc": {"revision": 1},
                "$push": {"deletions": change},
            },
        )
        if not done.modified_count:
            await self._note_wish(number, asked)
        return await self._present(number)

    async def restore(
        self, number: int, request: UUID, asked: datetime | None = None
    ) -> State:
        """Put a deleted observation back; return its present state, as ``delete``."""
        done = await self._observations.update_one(
            {
                "_id": number,
                "deleted": True,
                "restorations": {"$ne": str(request)},
                **_not_older(asked),
            },
            {
                "$set": {"deleted": False, "wished": asked},
                "$push": {"restorations": str(request)},
                "$inc": {"revision": 1},
            },
        )
        if not done.modified_count:
            await self._note_wish(number, asked)
        return await self._present(number)

    async def _note_wish(self, number: int, asked: datetime | None) -> None:
        """Keep that things are as somebody wished: an older wish comes too late."""
        if asked is not None:
            newest = {"$max": {"wished": asked}}
            await self._observations.update_one({"_id": number}, newest)

    async def _present(self, number: int) -> State:
        kept = await self._observations.find_one({"_id": number})
        if kept is None:
            raise RuntimeError(f"observation {number} vanished")
        return _state(kept)

    async def move(self, number: int, into: Target) -> list[ObservationRecorded]:
        """Give a target's observations to another; return what was moved, ever.

        Moving them again moves nothing, and returns the same.
        """
        async for kept in self._observations.find({"alert_id": number}):
            await self._move(kept, number, into)
        moved = self._observations.find({"merged_from": number, "deleted": False})
        return [_latest(kept) async for kept in moved]

    async def _move(self, kept: dict[str, Any], number: int, into: Target) -> None:
        newest = _latest(kept)
        frame = newest.frame.model_copy(update={"target": into})
        record = newest.model_copy(update={"frame": frame})
        await self._observations.update_one(
            {"_id": kept["_id"], "alert_id": number},
            {
                "$set": {"alert_id": into.alert_id, "merged_from": number},
                "$inc": {"revision": 1},
                "$push": {"records": record.model_dump(mode="json")},
            },
        )

    async def all(self, unreadable: Unreadable = raised) -> AsyncIterator[State]:
        """Yield the present state of every observation; tell of what cannot be read."""
        async for kept in self._observations.find().sort("_id", ASCENDING):
            try:
                yield _state(kept)
            except ValidationError as fault:
                unreadable(f"observation {kept['_id']}", fault)


def _numbered(
    point: ObservationRecorded, number: int, revision: int
) -> ObservationRecorded:
    return point.model_copy(update={"observation_id": number, "revision": revision})


def _latest(kept: dict[str, Any]) -> ObservationRecorded:
    record = ObservationRecorded.model_validate(kept["records"][-1])
    return _numbered(record, kept["_id"], kept["revision"])


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


def _not_older(asked: datetime | None) -> dict[str, Any]:
    """Return what finds an observation of which nothing newer was asked."""
    if asked is None:  # by an older gateway
        return {}
    return {"wished": {"$not": {"$gt": asked}}}


def _wish_of(point: ObservationRecorded) -> dict[str, Any]:
    """Return that an upload is a wish as well, to have its point on the curve."""
    if point.frame.recalibration or point.frame.asked is None:
        return {}
    return {"wished": point.frame.asked}


def _is_older(asked: datetime | None, kept: dict[str, Any]) -> bool:
    wished = kept.get("wished")
    return asked is not None and wished is not None and asked < wished


def _state(kept: dict[str, Any]) -> State:
    if not kept["deleted"]:
        return _latest(kept)
    return ObservationDeleted(
        observation_id=kept["_id"],
        alert_id=kept["alert_id"],
        revision=kept["revision"],
    )
