"""Jobs: what people asked for, and what became of it.

A job is kept together with the event that asks for it, before that is said.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pymongo import ASCENDING

from services.gateway.store.job import Job, State, job_of, kept_event
from services.gateway.store.older_jobs import renewed
from services.gateway.store.saying import Saying
from services.gateway.store.stages import Stages, update_of
from services.gateway.store.waking import Waking
from shared.contracts.base import Event
from shared.contracts.gateway import ConeRequested, ImageSubmitted
from shared.messaging.service import Publish
from shared.mongo import Database, index_of_some, no_index, renew

__all__ = ["JobStore"]

_CONE_KEPT = timedelta(hours=1)
_LOOK_AGAIN = 0.25
_TOGETHER = 0.25
"""[s] Stages of a job are kept with its end, if that comes so soon."""
_ANSWERED = 0.02
"""[s] Within this whoever waited for the end of a job has the answer."""
_MOST_AWAITED = 200
_LAYOUT = 1
_NOT_ENDED = ({"state": "waiting"}, {"stalled": True}, {"state": "waiting"})
"""One after the other: a store may read every job for one question with ``$or``, and
a job that stalled may wait again in between."""


class JobStore:
    """Jobs in MongoDB, and a way to follow one to its end."""

    def __init__(self, database: Database) -> None:
        self._jobs = database["jobs"]
        self._waking = Waking()
        self._stages = Stages()
        self._saying = Saying(self._jobs)
        self._awaited: dict[UUID, Job] = {}

    async def prepare(self) -> None:
        """Renew what an older version kept; make the indexes."""
        await renew(self._jobs, _LAYOUT, self._write_again)
        await self._jobs.create_index([("state", ASCENDING)])
        await index_of_some(self._jobs, "expires", sparse=True, expireAfterSeconds=0)
        stalled = {"stalled": True}
        await index_of_some(self._jobs, "stalled", partialFilterExpression=stalled)
        await no_index(self._jobs, "said")  # those that wait are few

    async def _write_again(self, document: dict[str, Any]) -> None:
        if change := renewed(document):
            await self._jobs.update_one({"_id": document["_id"]}, {"$set": change})

    async def submit(
        self, job: UUID, observer_id: int, event: Event, publish: Publish
    ) -> None:
        """Keep a job, then say its event; return when the broker has it."""
        asked = Job.new(job, event, observer_id, datetime.now(UTC))
        document = {
            "_id": str(job),
            "observer_id": observer_id,
            "event": event.key,
            "request": kept_event(event),
            "state": "waiting",
            "answer": {},
            "message": "",
            "hint": "",
            "submitted": asked.submitted,
            "said": False,
        }
        if isinstance(event, ConeRequested):
            document["expires"] = datetime.now(UTC) + _CONE_KEPT
        if isinstance(event, ImageSubmitted):
            document["pixels"] = True
        await self._jobs.insert_one(document)
        self._await(asked)
        await self._saying.say(job, event, publish)

    def _await(self, job: Job) -> None:
        """Remember a job: its end is told without a look at the store."""
        self._awaited[job.id] = job
        while len(self._awaited) > _MOST_AWAITED:
            del self._awaited[next(iter(self._awaited))]

    async def finish(self, job: UUID, answer: Event, **stages: str) -> None:
        """Keep the answer to a job, and a last stage; the first answer counts."""
        for name, about in stages.items():
            self._stages.note(job, name, about)
        await self._end(job, "done", answer)

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
        await self._end(job, "refused", answer, **why)

    async def stall(self, job: UUID, message: str, hint: str) -> None:
        """Keep that a job does not go on by itself; a later answer still counts."""
        told = {"message": message, "hint": hint, "stalled": True}
        self._awaited.pop(job, None)
        await self._change(job, {"state": "waiting"}, state="refused", **told)
        self._waking.wake(_end_of(job))

    async def revive(self, job: UUID) -> None:
        """Let a stalled job wait again: its message was replayed."""
        blank = {"message": "", "hint": "", "stalled": False}
        await self._change(job, {"stalled": True}, state="waiting", **blank)
        self._waking.wake(_end_of(job))

    async def _end(
        self, job: UUID, state: State, answer: Event | None, **why: Any
    ) -> None:
        told = {"message": "", "hint": "", "stalled": False, **why, "state": state}
        told["ended"] = datetime.now(UTC)
        kept = await self._change(job, *_NOT_ENDED, answer=kept_event(answer), **told)
        asked = self._awaited.get(job) if kept else None
        if asked:
            self._awaited[job] = replace(asked, answer=answer, **told)
        self._waking.wake(_end_of(job))
        if asked:
            await asyncio.sleep(_ANSWERED)  # before anything else is done

    async def _change(self, job: UUID, *only: dict[str, Any], **change: Any) -> bool:
        """Keep a change of some jobs' end, and tell whether this one is of them."""
        ended = {"ended": datetime.now(UTC), **change}
        for some in only:
            if await self._keep(job, some, **ended):
                return True
        await self._keep(job, {})
        return False

    async def reach(self, job: UUID, stage: str, about: str) -> None:
        """Keep when an upload reached a stage; the first time counts.

        Those of a job that was asked for here are kept with its end, if that comes
        quickly: by one write, and after whoever waits has the answer.
        """
        self._stages.note(job, stage, about)
        if self._is_awaited(job):
            with self._waking.waiting(_end_of(job)) as woken:
                await self._waking.within(woken, _TOGETHER)
            await asyncio.sleep(_ANSWERED)
        await self._keep(job, {})

    def _is_awaited(self, job: UUID) -> bool:
        asked = self._awaited.get(job)
        return asked is not None and asked.state == "waiting"

    async def _keep(self, job: UUID, only: dict[str, Any], **change: Any) -> bool:
        """Keep a change, and the stages that were reached; tell if that could be."""
        reached = self._stages.of(job)
        if not (reached or change):
            return True
        whole = update_of(reached, change)
        done = await self._jobs.update_one({"_id": str(job), **only}, whole)
        if done.matched_count or not only:
            self._stages.kept(job, reached)
        self._waking.wake(str(job))
        return bool(done.matched_count)

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
        try:
            with suppress(TimeoutError), self._waking.waiting(_end_of(job)) as woken:
                async with asyncio.timeout(within):
                    if self._is_awaited(job):
                        await self._waking.within(woken, _LOOK_AGAIN)
                    while (found := await self._now(job)) and found.state == "waiting":
                        await self._waking.within(woken, _LOOK_AGAIN)
                    return found
            return await self.find(job)
        finally:
            self._awaited.pop(job, None)

    async def _now(self, job: UUID) -> Job | None:
        """Return a job as it is: one that ended here as it is remembered."""
        known = self._awaited.get(job)
        if known is not None and known.state != "waiting":
            return known
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

    def kept_moving(self, publish: Publish) -> AbstractAsyncContextManager[None]:
        """Say what a gateway that died left unsaid; keep what was said."""
        return self._saying.kept_moving(publish)


def _end_of(job: UUID) -> str:
    return f"end of {job}"
