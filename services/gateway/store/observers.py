"""Observers: who measures, and where."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, ReturnDocument

from services.gateway.domain.equipment import UNKNOWN, Equipment
from services.gateway.domain.roles import Role, role_of
from services.gateway.store.hashtags import KnownHashtag
from shared.contracts.values import Observer
from shared.mongo import Database

__all__ = ["ADMINISTRATOR", "NOBODY", "KnownObserver", "ObserverStore"]


ADMINISTRATOR = 1
"""Number of the first observer, who runs the server."""


@dataclass(frozen=True)
class KnownObserver:
    """A person at an observatory: longitude and latitude [deg], east positive.

    Attributes
    ----------
    role
        What the hashtag allows by which the observer is known now.
    until
        When that hashtag ends, if ever, UTC.
    """

    id: int
    name: str
    longitude: float | None
    latitude: float | None
    allow_upload: bool
    is_admin: bool
    role: Role
    until: datetime | None = None
    equipment: Equipment = UNKNOWN

    @property
    def known(self) -> bool:
        """Whether this is somebody, not just anybody."""
        return self.role > Role.ANYBODY

    @property
    def administers(self) -> bool:
        """Whether the observer may run the server."""
        return self.role >= Role.ADMINISTRATOR

    def as_told(self) -> Observer:
        """Return what events tell of the observer."""
        return Observer(id=self.id, name=self.name, filters=self.equipment.filters)


NOBODY = KnownObserver(0, "", None, None, False, False, Role.ANYBODY)
"""Whoever asks without being known."""


class ObserverStore:
    """Observers by number."""

    def __init__(self, database: Database) -> None:
        self._observers = database["observers"]
        self._counters = database["counters"]

    async def prepare(self) -> None:
        """Make the counter."""
        await self._counters.update_one(
            {"_id": "observers"}, {"$setOnInsert": {"last": 1}}, upsert=True
        )

    async def make_admin(self) -> None:
        """Make the first administrator, unless there is one."""
        document = {
            "name": "admin",
            "longitude": None,
            "latitude": None,
            "allow_upload": True,
            "is_admin": True,
        }
        await self._observers.update_one(
            {"_id": ADMINISTRATOR}, {"$setOnInsert": document}, upsert=True
        )

    async def called(self, name: str) -> KnownObserver | None:
        """Return the observer of a name, whatever its case."""
        everyone = await self.all()
        wanted = name.casefold()
        return next((one for one in everyone if one.name.casefold() == wanted), None)

    async def add(
        self,
        *,
        name: str,
        longitude: float,
        latitude: float,
        allow_upload: bool,
        equipment: Equipment = UNKNOWN,
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
            "equipment": asdict(equipment),
        }
        await self._observers.insert_one(document)
        return _observer(document)

    async def equip(self, number: int, equipment: Equipment) -> None:
        """Keep what an observer measures with."""
        change = {"$set": {"equipment": asdict(equipment)}}
        await self._observers.update_one({"_id": number}, change)

    async def find(self, number: int) -> KnownObserver | None:
        """Return an observer, with all that they may do."""
        found = await self._observers.find_one({"_id": number})
        return None if found is None else _observer(found)

    async def known_by(self, hashtag: KnownHashtag) -> KnownObserver:
        """Return whose hashtag this is, with what it allows."""
        found = await self._observers.find_one({"_id": hashtag.observer_id})
        if found is None:
            return NOBODY
        return _observer(found, hashtag.scope, hashtag.expires)

    async def all(self) -> list[KnownObserver]:
        """Return every observer, by name."""
        cursor = self._observers.find().sort("name", ASCENDING)
        return [_observer(document) async for document in cursor]


def _observer(
    document: dict[str, Any],
    scope: str = "administer",
    until: datetime | None = None,
) -> KnownObserver:
    return KnownObserver(
        id=document["_id"],
        name=document["name"],
        longitude=document["longitude"],
        latitude=document["latitude"],
        allow_upload=document["allow_upload"],
        is_admin=document["is_admin"],
        role=role_of(
            allow_upload=document["allow_upload"],
            is_admin=document["is_admin"],
            scope=scope,
        ),
        until=until,
        equipment=_equipment(document.get("equipment") or {}),
    )


def _equipment(kept: dict[str, Any]) -> Equipment:
    return Equipment(**{**kept, "filters": tuple(kept.get("filters", ()))})
