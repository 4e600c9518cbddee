"""Jobs: what people asked for, and what became of it.

A job is kept together with the event that asks for it before the event is said, so
a gateway that dies in between says it when it is back.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog
from pydantic import ValidationError
from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from services.gateway.store.job import Job, State, job_of
from shared.contracts.base import Event
from shared.contracts.gateway import ConeRequested
from shared.messaging.service import Publish
from shared.messaging.topology import HEARD_BY
from shared.mongo import Database

__all__ = ["JobStore"]

_log = structlog.get_logger()
_STILL_WANTED = timedelta(hours=1)
_CONE_KEPT = timedelta(hours=1)
_EVENTS = {event.key: event for event in HEARD_BY}


class JobStore:
    """Jobs in MongoDB, and a way to follow one to its end."""

    def __init__(self, database: Database) -> None:
        self._jobs = database["jobs"]
        self._followed: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._jobs.create_index([("said", ASCENDING)])
        await self._jobs.create_index([("state", ASCENDING)])
        await self._jobs.create_index("expires", expireAfterSeconds=0)

    async def submit(
        self, job: UUID, observer_id: int, event: Event, publish: Publish
    ) -> None:
        """Keep a job, then say its event; return when the broker has it."""
        document = {
            "_id": str(job),
            "observer_id": observer_id,
            "event": event.key,
            "request": event.model_dump(mode="json"),
            "state": "waiting",
            "answer": {},
            "message": "",
            "hint": "",
            "submitted": datetime.now(UTC),
            "said": False,
        }
        if isinstance(event, ConeRequested):
            document["expires"] = datetime.now(UTC) + _CONE_KEPT
        await self._jobs.insert_one(document)
        await self._say(job, event, publish)

    async def _say(self, job: UUID, event: Event, publish: Publish) -> None:
        await publish(event, id=uuid5(job, event.key), correlation_id=job)
        await self._jobs.update_one({"_id": str(job)}, {"$set": {"said": True}})

    async def finish(self, job: UUID, answer: Event) -> None:
        """Keep the answer to a job; the first one counts."""
        await self._end(job, "done", answer=answer.model_dump(mode="json"))

    async def refuse(
        self, job: UUID, message: str, hint: str, answer: Event | None = None
    ) -> None:
        """Keep why a job cannot be done; the first answer counts."""
        told = {} if answer is None else answer.model_dump(mode="json")
        await self._end(job, "refused", message=message, hint=hint, answer=told)

    async def _end(self, job: UUID, state: State, **answer: Any) -> None:
        await self._jobs.update_one(
            {"_id": str(job), "state": "waiting"},
            {"$set": {"state": state, "ended": datetime.now(UTC), **answer}},
        )

    async def reach(self, job: UUID, stage: str, about: str) -> None:
        """Keep when an upload reached a stage; the first time counts."""
        told = {"about": about, "at": datetime.now(UTC)}
        await self._jobs.update_one(
            {"_id": str(job), f"stages.{stage}": {"$exists": False}},
            {"$set": {f"stages.{stage}": told}},
        )

    async def waiting(self) -> int:
        """Return how many jobs have not ended."""
        return await self._jobs.count_documents({"state": "waiting"})

    async def find(self, job: UUID) -> Job | None:
        """Return a job."""
        found = await self._jobs.find_one({"_id": str(job)})
        return None if found is None else job_of(found)

    async def ended(self, job: UUID, within: float) -> Job | None:
        """Return a job as soon as it has ended, or as it is after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within), aclosing(self.follow(job)) as changes:
                async for _ in changes:
                    pass
        return await self.find(job)

    async def follow(self, job: UUID) -> AsyncGenerator[Job, None]:
        """Yield a job as it is, and again at every change until it has ended."""
        woken = asyncio.Event()
        self._followed[str(job)].add(woken)
        try:
            while found := await self.find(job):
                yield found
                if found.state != "waiting":
                    return
                await woken.wait()
                woken.clear()
        finally:
            self._followed[str(job)].discard(woken)
            if not self._followed[str(job)]:
                del self._followed[str(job)]

    @asynccontextmanager
    async def kept_moving(self, publish: Publish) -> AsyncIterator[None]:
        """Say what a gateway that died left unsaid, and watch for jobs that end."""
        tasks = [
            asyncio.create_task(self._say_unsaid(publish)),
            asyncio.create_task(self._watch()),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _say_unsaid(self, publish: Publish) -> None:
        recent = {"$gt": datetime.now(UTC) - _STILL_WANTED}
        unsaid = {"said": False, "state": "waiting", "submitted": recent}
        async for found in self._jobs.find(unsaid):
            try:
                event = _EVENTS[found["event"]].model_validate(found["request"])
            except (KeyError, ValidationError) as fault:
                _log.error("job.unreadable", job=found["_id"], reason=str(fault))
                continue
            await self._say(UUID(found["_id"]), event, publish)
            _log.info("job.said_late", job=found["_id"])

    async def _watch(self) -> None:
        ending = [{"$match": {"operationType": "update"}}]
        while True:
            try:
                async with self._jobs.watch(ending) as changes:
                    self._wake(*self._followed)
                    async for change in changes:
                        self._wake(change["documentKey"]["_id"])
            except PyMongoError as fault:
                _log.warning("jobs.watch_again", reason=repr(fault))
                await asyncio.sleep(1)

    def _wake(self, *jobs: str) -> None:
        for job in jobs:
            for woken in self._followed.get(job, ()):
                woken.set()
