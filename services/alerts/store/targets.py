"""Targets in MongoDB; doing the same thing twice changes nothing.

A name, whatever its case, belongs to one target: as its name or as an alias.
"""

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from services.alerts.domain.taken import Claim, Taken
from services.alerts.domain.targets import name_key
from services.alerts.store.new_target import NewTarget
from services.alerts.store.numbers import Numbers
from services.alerts.store.unreadable import Unreadable, raised
from shared.contracts.alerts import Alert
from shared.kernel.cells import angle, cell, cells_around
from shared.kernel.sentence import MissingError
from shared.mongo import Database, keep_new, renew

__all__ = ["Change", "TargetStore"]

_ARCSEC = 3600.0
_LAYOUT = 1


@dataclass(frozen=True)
class Change:
    """What becomes of some fields of a target, and why."""

    reason: str
    fields: Mapping[str, Any]


class TargetStore:
    """The targets that the alerts service owns, with all their revisions."""

    def __init__(self, database: Database) -> None:
        self._alerts = database["alerts"]
        self._numbers = Numbers(database, "alerts")

    async def prepare(self) -> None:
        """Renew what an older version kept; make the indexes and the counter."""
        await renew(self._alerts, _LAYOUT, self._write_again)
        await self._alerts.create_index("names", unique=True)
        await self._alerts.create_index("alert.events")
        await self._alerts.create_index("cell")
        await self._numbers.prepare()

    async def _write_again(self, document: dict[str, Any]) -> None:
        alert = Alert.model_validate(document["alert"])
        same = {"_id": alert.id, "alert.revision": alert.revision}
        await self._alerts.update_one(same, {"$set": _document(alert)})

    async def create(self, new: NewTarget) -> tuple[Alert, bool]:
        """Keep a new target; return the one of this name and whether it is new."""
        found = await self.named(new.ivorn)
        if found is not None:
            return found, False
        numbered = new.numbered(await self._numbers.next())
        try:
            await self._alerts.insert_one({"earlier": []} | _document(numbered))
        except DuplicateKeyError:
            return await self.create(new)
        return numbered, True

    async def create_many(self, new: Sequence[NewTarget]) -> list[Alert | None]:
        """Keep targets of free names; ``None`` for those whose name is taken by now."""
        numbers = await self._numbers.several(len(new)) if new else ()
        alerts = [one.numbered(it) for one, it in zip(new, numbers, strict=True)]
        documents = [{"earlier": []} | _document(one) for one in alerts]
        clashing = await keep_new(self._alerts, documents)
        return [None if n in clashing else it for n, it in enumerate(alerts)]

    async def note_taken(self, claims: Sequence[Claim], taken: Taken) -> None:
        """Note what targets have of that which some packets may be about."""
        names = {name for claim in claims for name in claim.names}
        packets = {packet for claim in claims for packet in claim.packets}
        cells = {one for claim in claims for one in claim.cells()}
        async for found in self._some("names", names, {"names": 1}):
            taken.take(names=found["names"])
        async for found in self._some("alert.events", packets, {"alert.events": 1}):
            taken.take(packets=found["alert"]["events"])
        place = {"alert.ra": 1, "alert.dec": 1}
        async for found in self._some("cell", cells, place):
            taken.take(places=[(found["alert"]["ra"], found["alert"]["dec"])])

    def _some(
        self, field: str, values: Iterable[object], parts: Mapping[str, int]
    ) -> AsyncIterable[dict[str, Any]]:
        query = {field: {"$in": list(values)}}
        found: AsyncIterable[dict[str, Any]] = self._alerts.find(query, parts)
        return found

    async def find(self, number: int) -> Alert | None:
        """Return a target by its number."""
        return await self._one({"_id": number})

    async def named(self, name: str) -> Alert | None:
        """Return the target of a name or an alias, whatever its case."""
        return await self._one({"names": name_key(name)})

    async def free(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some names that no target has."""
        return tuple([name for name in names if await self.named(name) is None])

    async def about(self, ivorns: Sequence[str]) -> Alert | None:
        """Return the target that any of these packets is about."""
        ours = {"alert.events": {"$in": list(ivorns)}}
        return await self._one(ours | {"alert.status": {"$ne": "merged"}})

    async def all_about(self, ivorns: Sequence[str]) -> list[Alert]:
        """Return all targets that any of these packets is about."""
        query = {"alert.events": {"$in": list(ivorns)}}
        found = [one async for one in self._alerts.find(query)]
        return [Alert.model_validate(one["alert"]) for one in found]

    async def near(self, ra: float, dec: float, radius: float) -> Alert | None:
        """Return the nearest target within a radius [arcsec] of a position [deg]."""
        reach = radius / _ARCSEC
        query = {"cell": {"$in": cells_around(ra, dec, reach)}}
        best: tuple[float, Alert | None] = (reach, None)
        async for document in self._alerts.find(query):
            alert = Alert.model_validate(document["alert"])
            away = angle(ra, dec, alert.ra, alert.dec)
            if away <= best[0] and alert.status != "merged":
                best = away, alert
        return best[1]

    async def _one(self, query: dict[str, Any]) -> Alert | None:
        found = await self._alerts.find_one(query)
        return None if found is None else Alert.model_validate(found["alert"])

    async def change(
        self, number: int, wanted: Callable[[Alert], Awaitable[Change | None]]
    ) -> Alert:
        """Change a target, however often others change it meanwhile; return it.

        ``wanted`` is asked what to change of the target as it is now; ``None``:
        nothing. The revision before is kept too.

        Raises
        ------
        MissingError
            There is no such target, or ``wanted`` refuses.
        """
        while True:
            before = await self.find(number)
            if before is None:
                raise MissingError(f"There is no target {number}.")
            change = await wanted(before)
            if change is None:
                return before
            after = await self._revised(before, change)
            if after is not None:
                return after

    async def _revised(self, before: Alert, change: Change) -> Alert | None:
        """Keep the next revision; ``None`` where another came first, or has a name."""
        told = {
            "revision": before.revision + 1,
            "change": change.reason,
            "changed_at": datetime.now(UTC),
        }
        after = before.model_copy(update=dict(change.fields) | told)
        change_it = {
            "$set": _document(after),
            "$push": {"earlier": before.model_dump(mode="json")},
        }
        query = {"_id": before.id, "alert.revision": before.revision}
        try:
            done = await self._alerts.update_one(query, change_it)
        except DuplicateKeyError:
            return None
        return after if done.modified_count else None

    async def all(self, unreadable: Unreadable = raised) -> AsyncIterator[Alert]:
        """Yield every target, by number; tell of what cannot be read."""
        async for document in self._alerts.find().sort("_id", ASCENDING):
            try:
                yield Alert.model_validate(document["alert"])
            except ValidationError as fault:
                unreadable(f"target {document['_id']}", fault)


def _document(alert: Alert) -> dict[str, Any]:
    """Return a target as it is kept; a merged one leaves its names to the other."""
    names = [] if alert.status == "merged" else [alert.ivorn, *alert.aliases]
    return {
        "_id": alert.id,
        "names": sorted({name_key(name) for name in names}) or [f"#{alert.id}"],
        "cell": cell(alert.ra, alert.dec),
        "alert": alert.model_dump(mode="json"),
    }
