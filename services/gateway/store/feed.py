"""What happened lately, in order, for those who watch a target or everything.

An entry is kept for a day. Several gateways may write at once, so whoever comes back
is given a few seconds more than they missed: each entry carries its own number and
revision, and hearing one twice does no harm.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import PyMongoError

from services.gateway.domain.happening import Happening
from services.gateway.store.waking import Waking
from shared.mongo import Database, is_away, keep_new

__all__ = ["FeedStore"]

_KEPT = 86400
_REMEMBERED = 2000
_LOOK_AGAIN = 2.0
_ANYTHING = "feed"
_OVERLAP = timedelta(seconds=5)


class FeedStore:
    """Happenings in MongoDB, and a way to follow them."""

    def __init__(self, database: Database) -> None:
        self._feed = database["feed"]
        self._waking = Waking()

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._feed.create_index("at", expireAfterSeconds=_KEPT)
        await self._feed.create_index([("alert_id", ASCENDING), ("at", ASCENDING)])

    async def tell(self, happening: Happening) -> None:
        """Keep what happened; the same twice counts once."""
        await self.tell_many([happening])

    async def tell_many(self, happenings: Sequence[Happening]) -> None:
        """Keep several things that happened."""
        now, tick = datetime.now(UTC), timedelta(milliseconds=1)
        entries = [_entry(one, now + n * tick) for n, one in enumerate(happenings)]
        await keep_new(self._feed, entries)
        self._waking.wake(_ANYTHING)

    async def follow(
        self, alert_id: int | None, last: str | None, beat: float
    ) -> AsyncGenerator[Happening | None, None]:
        """Yield what happens to a target, or at all; ``None`` after a quiet while.

        Parameters
        ----------
        alert_id
            Which target; ``None``: every one.
        last
            Number of the last happening that was heard: begin after it.
        beat
            How long [s] a quiet while is.
        """
        query: dict[str, Any] = {} if alert_id is None else {"alert_id": alert_id}
        since = start = await self._start(last)
        seen, quiet = deque([last or ""], maxlen=_REMEMBERED), 0.0
        with self._waking.waiting(_ANYTHING) as woken:
            while True:
                query["at"] = {"$gte": max(start, since - _OVERLAP)}
                async for entry in self._feed.find(query).sort("at", ASCENDING):
                    since = max(since, entry["at"])
                    if entry["_id"] not in seen:
                        seen.append(entry["_id"])
                        quiet = 0.0
                        yield _happening(entry)
                pause = min(_LOOK_AGAIN, beat)
                if not await self._waking.within(woken, pause):
                    quiet += pause
                if quiet >= beat:
                    quiet = 0.0
                    yield None

    async def _start(self, last: str | None) -> datetime:
        """Return when to begin: before the last one heard; now for a newcomer.

        Who comes back waits for a store that is away: a browser that is refused
        never comes again.
        """
        while last:
            try:
                found = await self._feed.find_one({"_id": last})
            except PyMongoError as fault:
                if not is_away(fault):
                    raise
                await asyncio.sleep(_LOOK_AGAIN)
                continue
            if found is None:
                break
            at: datetime = found["at"]
            return at - _OVERLAP
        return datetime.now(UTC)


def _entry(happening: Happening, at: datetime) -> dict[str, Any]:
    return {
        "_id": happening.id,
        "kind": happening.kind,
        "alert_id": happening.alert_id,
        "content": happening.content,
        "at": at,
    }


def _happening(entry: dict[str, Any]) -> Happening:
    return Happening(entry["_id"], entry["kind"], entry["alert_id"], entry["content"])
