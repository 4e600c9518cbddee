"""Observers and their logins; of a hashtag only the hash is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, ReturnDocument

from services.gateway.domain.hashtags import digest
from shared.contracts.values import Observer
from shared.mongo import Database

__all__ = ["KnownObserver", "ObserverStore"]


@dataclass(frozen=True)
class KnownObserver:
    """A person at an observatory: longitude and latitude [deg], east positive."""

    id: int
    name: str
    longitude: float | None
    latitude: float | None
    allow_upload: bool
    is_admin: bool

    def as_told(self) -> Observer:
        """Return what events tell of the observer."""
        return Observer(id=self.id, name=self.name)


class ObserverStore:
    """Observers by number, by hashtag and by session."""

    def __init__(self, database: Database, session_days: int) -> None:
        self._observers = database["observers"]
        self._sessions = database["sessions"]
        self._counters = database["counters"]
        self._session = timedelta(days=session_days)

    async def prepare(self) -> None:
        """Make the indexes and the counter."""
        await self._observers.create_index(
            "hash",
            unique=True,
            partialFilterExpression={"hash": {"$type": "string"}},
        )
        await self._sessions.create_index("expires", expireAfterSeconds=0)
        await self._counters.update_one(
            {"_id": "observers"}, {"$setOnInsert": {"last": 1}}, upsert=True
        )

    async def make_admin(self, hashtag: str) -> None:
        """Make the first administrator, unless there is one."""
        document = {
            "name": "admin",
            "longitude": None,
            "latitude": None,
            "allow_upload": True,
            "is_admin": True,
            "hash": digest(hashtag),
        }
        await self._observers.update_one(
            {"_id": 1}, {"$setOnInsert": document}, upsert=True
        )

    async def add(
        self,
        *,
        name: str,
        longitude: float,
        latitude: float,
        allow_upload: bool,
        hashtag: str,
    ) -> KnownObserver:
        """Keep a new observer, with longitude and latitude [deg]."""
        counter = await self._counters.find_one_and_update(
            {"_id": "observers"},
            {"$inc": {"last": 1}},
            return_document=ReturnDocument.AFTER,
        )
        if counter is None:
            raise RuntimeError("no counter for observers")
        document = {
            "_id": int(counter["last"]),
            "name": name,
            "longitude": longitude,
            "latitude": latitude,
            "allow_upload": allow_upload,
            "is_admin": False,
            "hash": digest(hashtag),
        }
        await self._observers.insert_one(document)
        return _observer(document)

    async def set_hashtag(self, number: int, hashtag: str | None) -> bool:
        """Let this hashtag, or none, be an observer's; end their sessions."""
        change = (
            {"$unset": {"hash": ""}}
            if hashtag is None
            else {"$set": {"hash": digest(hashtag)}}
        )
        changed = await self._observers.update_one({"_id": number}, change)
        if changed.modified_count:
            await self._sessions.delete_many({"observer": number})
        return bool(changed.matched_count)

    async def by_hashtag(self, hashtag: str) -> KnownObserver | None:
        """Return whose hashtag this is."""
        found = await self._observers.find_one({"hash": digest(hashtag)})
        return None if found is None else _observer(found)

    async def by_session(self, token: str) -> KnownObserver | None:
        """Return who is logged in."""
        session = await self._sessions.find_one(
            {"_id": digest(token), "expires": {"$gt": datetime.now(UTC)}}
        )
        if session is None:
            return None
        found = await self._observers.find_one({"_id": session["observer"]})
        return None if found is None else _observer(found)

    async def open_session(self, token: str, observer: KnownObserver) -> None:
        """Log an observer in."""
        expires = datetime.now(UTC) + self._session
        await self._sessions.insert_one(
            {"_id": digest(token), "observer": observer.id, "expires": expires}
        )

    async def close_session(self, token: str) -> None:
        """Log an observer out."""
        await self._sessions.delete_one({"_id": digest(token)})

    async def all(self) -> list[KnownObserver]:
        """Return every observer, by name."""
        cursor = self._observers.find().sort("name", ASCENDING)
        return [_observer(document) async for document in cursor]


def _observer(document: dict[str, Any]) -> KnownObserver:
    return KnownObserver(
        id=document["_id"],
        name=document["name"],
        longitude=document["longitude"],
        latitude=document["latitude"],
        allow_upload=document["allow_upload"],
        is_admin=document["is_admin"],
    )
