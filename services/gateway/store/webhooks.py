"""Webhooks: addresses that are told of every happening, one after the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ASCENDING, ReturnDocument

from services.gateway.domain.happening import Happening
from shared.mongo import Database

__all__ = ["Webhook", "WebhookStore"]

_LEASE = timedelta(minutes=2)
_OVERLAP = timedelta(seconds=5)
_PAUSES = tuple(timedelta(seconds=pause) for pause in (1, 5, 30, 120, 600, 3600))
_MOST = 20


@dataclass(frozen=True)
class Webhook:
    """An address, the secret it knows us by, and how often it failed of late."""

    id: str
    observer_id: int
    url: str
    secret: str
    failures: int
    heard: datetime
    recent: tuple[str, ...]


class WebhookStore:
    """Webhooks in MongoDB; a lease keeps two gateways from telling one twice."""

    def __init__(self, database: Database) -> None:
        self._hooks = database["webhooks"]
        self._feed = database["feed"]

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._hooks.create_index([("due", ASCENDING)])
        await self._hooks.create_index("observer_id")

    async def add(self, observer_id: int, url: str, secret: str) -> bool:
        """Keep an address; tell whether there was room for one more."""
        if await self._hooks.count_documents({"observer_id": observer_id}) >= _MOST:
            return False
        now = datetime.now(UTC)
        await self._hooks.insert_one(
            {
                "_id": str(uuid4()),
                "observer_id": observer_id,
                "url": url,
                "secret": secret,
                "failures": 0,
                "heard": now,
                "recent": [],
                "due": now,
            }
        )
        return True

    async def drop(self, observer_id: int, number: str) -> bool:
        """Forget an observer's address."""
        gone = await self._hooks.delete_one({"_id": number, "observer_id": observer_id})
        return bool(gone.deleted_count)

    async def of(self, observer_id: int) -> list[Webhook]:
        """Return an observer's addresses."""
        found = self._hooks.find({"observer_id": observer_id}).limit(_MOST)
        return [_webhook(one) async for one in found]

    async def due(self) -> Webhook | None:
        """Return an address that may be told something now, and lease it."""
        now = datetime.now(UTC)
        found: dict[str, Any] | None = await self._hooks.find_one_and_update(
            {"due": {"$lte": now}},
            {"$set": {"due": now + _LEASE}},
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else _webhook(found)

    async def news(self, hook: Webhook) -> AsyncIterator[tuple[Happening, datetime]]:
        """Yield what an address has not heard yet, with its time."""
        kinds = {"kind": {"$nin": ["packet", "network"]}}
        since = {"at": {"$gte": hook.heard - _OVERLAP}} | kinds
        async for one in self._feed.find(since).sort("at", ASCENDING):
            if one["_id"] not in hook.recent and one["at"] > hook.heard - _OVERLAP:
                happening = Happening(
                    one["_id"], one["kind"], one["alert_id"], one["content"]
                )
                yield happening, one["at"]

    async def heard(self, hook: Webhook, number: str, at: datetime) -> None:
        """Remember that an address was told of a happening."""
        await self._hooks.update_one(
            {"_id": hook.id},
            {
                "$max": {"heard": at},
                "$push": {"recent": {"$each": [number], "$slice": -500}},
                "$set": {"failures": 0, "due": datetime.now(UTC) + _LEASE},
            },
        )

    async def rest(self, hook: Webhook, *, failed: bool) -> None:
        """Let an address wait: a moment, or longer after each failure."""
        pause = _PAUSES[min(hook.failures, len(_PAUSES) - 1)] if failed else timedelta()
        change: dict[str, Any] = {
            "$set": {"due": datetime.now(UTC) + pause + timedelta(seconds=1)}
        }
        if failed:
            change["$inc"] = {"failures": 1}
        await self._hooks.update_one({"_id": hook.id}, change)


def _webhook(found: dict[str, Any]) -> Webhook:
    return Webhook(
        id=found["_id"],
        observer_id=found["observer_id"],
        url=found["url"],
        secret=found["secret"],
        failures=found["failures"],
        heard=found["heard"],
        recent=tuple(found["recent"]),
    )
