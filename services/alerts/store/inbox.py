"""The inbox: every packet that ever came, as it came, and what became of it.

A packet is kept under the SHA-256 of its bytes before anything else is done with it.
"""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.alerts.store.entry import (
    Decided,
    Entry,
    Kept,
    change_to,
    each_its_own,
    entry_of,
    first_document,
)
from services.alerts.store.numbers import Numbers
from shared.mongo import Database, index_of_some, keep_new

__all__ = ["DecidedMeanwhileError", "Entry", "InboxStore"]


class DecidedMeanwhileError(Exception):
    """Another process has decided about a packet since it was read."""


class InboxStore:
    """Packets in MongoDB."""

    def __init__(self, database: Database) -> None:
        self._inbox = database["inbox"]
        self._rates = database["rates"]
        self._numbers = Numbers(database, "packets")

    async def prepare(self) -> None:
        """Make the indexes and the counter."""
        await self._inbox.create_index("number")
        await self._inbox.create_index("waiting", sparse=True)
        await index_of_some(self._inbox, "ends", sparse=True)
        await index_of_some(self._inbox, "retracts", sparse=True)
        await self._inbox.create_index("ivorn")
        await self._numbers.prepare()

    async def keep(self, packets: Sequence[tuple[bytes, str]]) -> list[Kept]:
        """Keep packets, each with its source; they are on disk then.

        One that is known waits too, while nobody has decided.
        """
        entries = [first_document(raw, source) for raw, source in packets]
        known = await keep_new(self._inbox, entries)
        query = {"_id": {"$in": [entries[place]["_id"] for place in known]}}
        waiting = set()
        if known:
            found = self._inbox.find(query | {"waiting": True}, {"_id": 1})
            waiting = {one["_id"] async for one in found}
        return [
            Kept(one["_id"], n not in known, n not in known or one["_id"] in waiting)
            for n, one in enumerate(entries)
        ]

    async def find(self, packet: str) -> Entry | None:
        """Return a packet by its id."""
        found = await self._inbox.find_one({"_id": packet})
        return None if found is None else entry_of(found)

    async def entries(self, packets: Sequence[str]) -> dict[str, Entry]:
        """Return packets by their ids; those that are not here are left out."""
        found = self._inbox.find({"_id": {"$in": list(packets)}})
        return {one["_id"]: entry_of(one) async for one in found}

    async def waiting(self) -> AsyncIterator[str]:
        """Yield the ids of packets that wait for a decision."""
        async for found in self._inbox.find({"waiting": True}, {"_id": 1}):
            yield str(found["_id"])

    async def all(self) -> AsyncIterator[Entry]:
        """Yield every decided packet, in the order of decision."""
        last = 0
        while True:
            within = {"number": {"$gt": last, "$lte": last + 500}}
            found = [one async for one in self._inbox.find(within)]
            if not found and last >= await self._numbers.last():
                return
            for one in sorted(found, key=lambda one: int(one["number"])):
                yield entry_of(one)
            last += 500

    async def ended_by(self, ivorn: str, follows: Sequence[str]) -> list[str]:
        """Return the IVORNs of packets that end another.

        They retract or supersede it, or retract one that it follows.
        """
        ends = [{"ends": ivorn}, *({"retracts": one} for one in follows)]
        return [
            str(found["ivorn"])
            for one in ends  # each by its index; one $or would read every packet
            async for found in self._inbox.find(one, {"ivorn": 1})
        ]

    async def ended_among(self, ivorns: Collection[str]) -> set[str]:
        """Return which of some names a packet retracts or supersedes."""
        found = self._inbox.find({"ends": {"$in": list(ivorns)}}, {"ends": 1})
        return {name async for one in found for name in one["ends"]}

    async def candidates(self, ivorns: Sequence[str], ended: str) -> list[Entry]:
        """Return the candidates of some names, and those that ended for a reason."""
        if not ivorns:
            return []
        about = self._inbox.find({"ivorn": {"$in": list(ivorns)}})
        return [
            entry_of(found)
            async for found in about
            if found["decision"]["kind"] == "candidate"
            or found["decision"]["reason"] == ended
        ]

    async def made_lately(self, stream: str) -> int:
        """Return how many targets a stream made in this hour."""
        found = await self._rates.find_one({"_id": _hour(stream)})
        return 0 if found is None else int(found["made"])

    async def decide(self, decided: Sequence[Decided], rules: str) -> list[Entry]:
        """Keep what became of some packets; return the entries as they are now.

        Raises
        ------
        DecidedMeanwhileError
            Another process decided about one of them; the others are kept.
        """
        if not decided:
            return []
        fresh = [one for one in decided if not one.entry.number]
        numbers = iter(await self._numbers.several(len(fresh)) if fresh else ())
        entries = [one.noted(rules, numbers) for one in decided]
        by_revision: dict[int, dict[str, dict[str, Any]]] = {}
        for one, entry in zip(decided, entries, strict=True):
            same = by_revision.setdefault(one.entry.revision, {})
            same[entry.id] = change_to(entry, one.packet)
        kept = [await self._change(*same) for same in by_revision.items()]
        if not all(kept):
            raise DecidedMeanwhileError("a packet was decided about by another process")
        made = Counter(
            one.decision.stream for one in decided if one.decision.kind == "target"
        )
        for stream, count in made.items():
            await self._rates.update_one(
                {"_id": _hour(stream)}, {"$inc": {"made": count}}, upsert=True
            )
        return entries

    async def _change(
        self, revision: int, changes: Mapping[str, Mapping[str, Any]]
    ) -> bool:
        """Change packets of one revision by one statement; tell if all were of it.

        Some stores have each statement on disk alone, however many go together.
        """
        found = {"_id": {"$in": list(changes)}, "revision": revision}
        done = await self._inbox.update_many(found, each_its_own(changes))
        return bool(done.matched_count == len(changes))

    async def reopen(self, packet: str) -> None:
        """Let a packet wait for a decision again."""
        await self._inbox.update_one({"_id": packet}, {"$set": {"waiting": True}})


def _hour(stream: str) -> str:
    return f"{stream} {datetime.now(UTC):%Y-%m-%dT%H}"
