"""Hashtags and logins: what opens the door; of each only the hash is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import ASCENDING

from services.gateway.domain.hashtags import digest
from shared.mongo import Database

__all__ = ["HashtagStore", "KnownHashtag"]

_MOST_REQUESTS = 200
_SEEN_EVERY = timedelta(minutes=1)
_REMEMBERED = timedelta(hours=1)
_MOST_REMEMBERED = 1000


@dataclass(frozen=True)
class KnownHashtag:
    """What is known of a hashtag; ``id`` is its SHA-256.

    Attributes
    ----------
    label
        What its owner calls it.
    scope
        ``read``, ``upload`` or ``administer``.
    expires, used
        When it ends, if ever, and when it was last seen, UTC.
    """

    id: str
    observer_id: int
    label: str
    scope: str
    expires: datetime | None
    used: datetime | None


class HashtagStore:
    """Hashtags and sessions by their hash."""

    def __init__(self, database: Database, session_days: int) -> None:
        self._hashtags = database["hashtags"]
        self._sessions = database["sessions"]
        self._observers = database["observers"]
        self._requests = database["hashtag_requests"]
        self._session = timedelta(days=session_days)
        self._lately: dict[str, datetime] = {}

    async def prepare(self) -> None:
        """Make the indexes, and move hashes that were kept with their observers."""
        await self._hashtags.create_index("observer_id")
        await self._hashtags.create_index("expires", expireAfterSeconds=0)
        await self._sessions.create_index("expires", expireAfterSeconds=0)
        async for old in self._observers.find({"hash": {"$type": "string"}}):
            await self._keep(old["hash"], old["_id"], "administer", "first", None)
            await self._observers.update_one(
                {"_id": old["_id"]}, {"$unset": {"hash": ""}}
            )

    async def add(
        self,
        observer_id: int,
        hashtag: str,
        *,
        scope: str = "administer",
        label: str = "first",
        expires: datetime | None = None,
    ) -> None:
        """Let a hashtag be an observer's, until it expires (UTC) or for ever."""
        await self._keep(digest(hashtag), observer_id, scope, label, expires)

    async def _keep(
        self,
        hashed: str,
        observer_id: int,
        scope: str,
        label: str,
        expires: datetime | None,
    ) -> None:
        document: dict[str, Any] = {
            "observer_id": observer_id,
            "scope": scope,
            "label": label,
            "used": None,
        }
        if expires is not None:
            document["expires"] = expires
        await self._hashtags.update_one(
            {"_id": hashed}, {"$setOnInsert": document}, upsert=True
        )

    async def revoke(self, observer_id: int, hashed: str | None = None) -> int:
        """Forget one hashtag of an observer, or all; end their sessions."""
        query: dict[str, Any] = {"observer_id": observer_id}
        if hashed is not None:
            query["_id"] = hashed
        gone = await self._hashtags.delete_many(query)
        await self._sessions.delete_many({"observer": observer_id})
        self._lately.clear()
        return gone.deleted_count

    async def known(self, hashtag: str) -> KnownHashtag | None:
        """Return what a hashtag is good for, and remember that it was seen."""
        found = await self._valid(digest(hashtag))
        if found is None:
            return None
        now = datetime.now(UTC)
        self._lately[found["_id"]] = now
        if len(self._lately) > _MOST_REMEMBERED:
            del self._lately[next(iter(self._lately))]
        if found["used"] is None or now - found["used"] > _SEEN_EVERY:
            await self._hashtags.update_one(
                {"_id": found["_id"]}, {"$set": {"used": now}}
            )
        return _hashtag(found)

    async def _valid(self, hashed: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = await self._hashtags.find_one({"_id": hashed})
        now = datetime.now(UTC)
        return None if found is None or (found.get("expires") or now) < now else found

    def lately_known(self, hashtag: str) -> bool:
        """Tell whether this process knew the hashtag within the hour."""
        seen = self._lately.get(digest(hashtag))
        return seen is not None and datetime.now(UTC) - seen < _REMEMBERED

    async def of(self, observer_id: int) -> list[KnownHashtag]:
        """Return an observer's hashtags, by label."""
        found = self._hashtags.find({"observer_id": observer_id})
        return [_hashtag(one) async for one in found.sort("label", ASCENDING)]

    async def ask(self, wish: dict[str, str]) -> None:
        """Keep somebody's request for a hashtag."""
        await self._requests.insert_one(
            {"_id": str(uuid4()), "asked": datetime.now(UTC), **wish}
        )

    async def requests(self) -> list[dict[str, str]]:
        """Return the open requests, the oldest first."""
        found = self._requests.find().sort("asked", ASCENDING).limit(_MOST_REQUESTS)
        return [{**one, "id": one["_id"]} async for one in found]

    async def close(self, request: str) -> bool:
        """Forget a request."""
        gone = await self._requests.delete_one({"_id": request})
        return bool(gone.deleted_count)

    async def open_session(self, token: str, hashtag: KnownHashtag) -> None:
        """Log somebody in; the login ends with the hashtag, if not before."""
        await self._sessions.insert_one(
            {
                "_id": digest(token),
                "observer": hashtag.observer_id,
                "hashtag": hashtag.id,
                "expires": datetime.now(UTC) + self._session,
            }
        )

    async def session(self, token: str) -> KnownHashtag | None:
        """Return the hashtag by which this login was opened, while both last."""
        login = await self._sessions.find_one(
            {"_id": digest(token), "expires": {"$gt": datetime.now(UTC)}}
        )
        if login is None or "hashtag" not in login:
            return None
        found = await self._valid(login["hashtag"])
        return None if found is None else _hashtag(found)

    async def close_session(self, token: str) -> None:
        """Log somebody out."""
        await self._sessions.delete_one({"_id": digest(token)})


def _hashtag(found: dict[str, Any]) -> KnownHashtag:
    return KnownHashtag(
        id=found["_id"],
        observer_id=found["observer_id"],
        label=found["label"],
        scope=found["scope"],
        expires=found.get("expires"),
        used=found["used"],
    )
