"""Jobs: what people asked for, and what became of it.

A job is kept together with the event that asks for it before the event is said, so
a gateway that dies in between says it when it is back.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog
from pydantic import ValidationError
from pymongo import ASCENDING

from services.gateway.store.job import Job, State, event_of, job_of, kept_event
from services.gateway.store.older_jobs import renewed
from services.gateway.store.waking import Waking
from shared.background import in_background
from shared.contracts.base import Event
from shared.contracts.gateway import ConeRequested, ImageSubmitted
from shared.messaging.service import Publish
from shared.mongo import Database, renew

__all__ = ["JobStore"]

_log = structlog.get_logger()
_STILL_WANTED = timedelta(hours=1)
_CONE_KEPT = timedelta(hours=1)
_LOOK_AGAIN = 0.25
_LAYOUT = 1
_NOT_ENDED = {"$or": [{"state": "waiting"}, {"stalled": True}]}


class JobStore:
    """Jobs in MongoDB, and a way to follow one to its end."""

    def __init__(self, database: Database) -> None:
        self._jobs = database["jobs"]
        self._waking = Waking()

    async def prepare(self) -> None:
        """Renew what an older version kept; make the indexes."""
        await renew(self._jobs, _LAYOUT, self._write_again)
        await self._jobs.create_index([("said", ASCENDING)])
        await self._jobs.create_index([("state", ASCENDING)])
        await self._jobs.create_index("expires", expireAfterSeconds=0)

    async def _write_again(self, document: dict[str, Any]) -> None:
        if change := renewed(document):
            await self._jobs.update_one({"_id": document["_id"]}, {"$set": change})

    async def submit(
        self, job: UUID, observer_id: int, event: Event, publish: Publish
    ) -> None:
        """Keep a job, then say its event; return when the broker has it."""
        document = {
            "_id": str(job),
            "observer_id": observer_id,
            "event": event.key,
            "request": kept_event(event),
            "state": "waiting",
            "answer": {},
            "message": "",
            "hint": "",
            "submitted": datetime.now(UTC),
            "said": False,
        }
        if isinstance(event, ConeRequested):
            document["expires"] = datetime.now(UTC) + _CONE_KEPT
        if isinstance(event, ImageSubmitted):
            document["pixels"] = True
        await self._jobs.insert_one(document)
        await self._say(job, event, publish)

    async def _say(self, job: UUID, event: Event, publish: Publish) -> None:
        await publish(event, id=uuid5(job, event.key), correlation_id=job)
        await self._jobs.update_one({"_id": str(job)}, {"$set": {"said": True}})

    async def finish(self, job: UUID, answer: Event, **stages: str) -> None:
        """Keep the answer to a job, and a last stage; the first answer counts."""
        reached = {f"stages.{name}": _stage(about) for name, about in stages.items()}
        await self._end(job, "done", answer=kept_event(answer), **reached)

    async def refuse(
        self,
        job: UUID,
        message: str,
        hint: str,
        answer: Event | None = None,
        *,
        missing: bool = False,
    ) -> None:
        """Keep why a job cannot be done; the first answer counts."""
        why = {"message": message, "hint": hint, "missing": missing}
        await self._end(job, "refused", **why, answer=kept_event(answer))

    async def stall(self, job: UUID, message: str, hint: str) -> None:
        """Keep that a job does not go on by itself; a later answer still counts."""
        told = {"message": message, "hint": hint, "stalled": True}
        await self._change(job, {"state": "waiting"}, state="refused", **told)

    async def revive(self, job: UUID) -> None:
        """Let a stalled job wait again: its message was replayed."""
        blank = {"message": "", "hint": "", "stalled": False}
        await self._change(job, {"stalled": True}, state="waiting", **blank)

    async def _end(self, job: UUID, state: State, **answer: Any) -> None:
        blank = {"message": "", "hint": "", "stalled": False}
        await self._change(job, _NOT_ENDED, state=state, **(blank | answer))

    async def _change(self, job: UUID, only: dict[str, Any], **change: Any) -> None:
        await self._jobs.update_one(
            {"_id": str(job), **only},
            {"$set": {"ended": datetime.now(UTC), **change}},
        )
        self._waking.wake(str(job))
        self._waking.wake(_end_of(job))

    async def reach(self, job: UUID, stage: str, about: str) -> None:
        """Keep when an upload reached a stage; the first time counts."""
        await self._jobs.update_one(
            {"_id": str(job), f"stages.{stage}": {"$exists": False}},
            {"$set": {f"stages.{stage}": _stage(about)}},
        )
        self._waking.wake(str(job))

    async def waiting(self) -> int:
        """Return how many jobs have not ended."""
        return await self._jobs.count_documents({"state": "waiting"})

    async def stalled(self) -> int:
        """Return how many jobs wait for the operator."""
        return await self._jobs.count_documents({"stalled": True})

    async def find(self, job: UUID) -> Job | None:
        """Return a job."""
        found = await self._jobs.find_one({"_id": str(job)})
        return None if found is None else job_of(found)

    async def ended(self, job: UUID, within: float) -> Job | None:
        """Return a job as soon as it has ended, or as it is after so many seconds."""
        with suppress(TimeoutError), self._waking.waiting(_end_of(job)) as woken:
            async with asyncio.timeout(within):
                while (found := await self.find(job)) and found.state == "waiting":
                    await self._waking.within(woken, _LOOK_AGAIN)
                return found
        return await self.find(job)

    async def follow(self, job: UUID) -> AsyncGenerator[Job, None]:
        """Yield a job as it is, and again at every change until it has ended."""
        told: Job | None = None
        with self._waking.waiting(str(job)) as woken:
            while found := await self.find(job):
                if found != told:
                    yield found
                if found.state != "waiting":
                    return
                told = found
                await self._waking.within(woken, _LOOK_AGAIN)

    @asynccontextmanager
    async def kept_moving(self, publish: Publish) -> AsyncIterator[None]:
        """Say what a gateway that died left unsaid."""
        async with in_background(self._say_unsaid(publish)):
            yield

    async def _say_unsaid(self, publish: Publish) -> None:
        recent = {"$gt": datetime.now(UTC) - _STILL_WANTED}
        unsaid = {"said": False, "state": "waiting", "submitted": recent}
        async for found in self._jobs.find(unsaid):
            try:
                event = event_of(found["request"])
            except (KeyError, ValidationError) as fault:
                _log.error("job.unreadable", job=found["_id"], reason=str(fault))
                continue
            if event is not None:
                await self._say(UUID(found["_id"]), event, publish)
            _log.info("job.said_late", job=found["_id"])


def _stage(about: str) -> dict[str, Any]:
    return {"about": about, "at": datetime.now(UTC)}


def _end_of(job: UUID) -> str:
    return f"end of {job}"
