"""Says the events of jobs, and keeps which were said: none is left unsaid.

A job is kept before its event is said, so a gateway that dies in between says it when
it is back. What was said is kept for all jobs together, now and then: what a gateway
did not come to keep is said twice, which does no harm.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import structlog
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from services.gateway.store.job import event_of
from shared.background import in_background
from shared.contracts.base import Event
from shared.messaging.service import Publish
from shared.mongo import Collection

__all__ = ["Saying"]

_log = structlog.get_logger()
_STILL_WANTED = timedelta(hours=1)
_SAID_EVERY = 1.0


class Saying:
    """The events of jobs, on their way to the broker."""

    def __init__(self, jobs: Collection) -> None:
        self._jobs = jobs
        self._said: set[UUID] = set()

    async def say(self, job: UUID, event: Event, publish: Publish) -> None:
        """Say the event of a job; return when the broker has it."""
        await publish(event, id=uuid5(job, event.key), correlation_id=job)
        self._said.add(job)

    @asynccontextmanager
    async def kept_moving(self, publish: Publish) -> AsyncIterator[None]:
        """Say what a gateway that died left unsaid; keep what was said."""
        async with (
            in_background(self._say_unsaid(publish)),
            in_background(self._keep_said()),
        ):
            yield

    async def _keep_said(self) -> None:
        while True:
            await asyncio.sleep(_SAID_EVERY)
            if said := [*self._said]:
                with suppress(PyMongoError):
                    query = {"_id": {"$in": [str(job) for job in said]}}
                    await self._jobs.update_many(query, {"$set": {"said": True}})
                    self._said.difference_update(said)

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
                await self.say(UUID(found["_id"]), event, publish)
            _log.info("job.said_late", job=found["_id"])
