"""The inbox: every packet that ever came, as it came, and what became of it.

A packet is kept under the SHA-256 of its bytes before anything else is done with it.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pymongo import UpdateOne

from services.alerts.domain.decision import Decision
from services.alerts.domain.packet import Packet
from services.alerts.store.numbers import Numbers
from shared.mongo import Database, keep_new

__all__ = ["Decided", "DecidedMeanwhileError", "Entry", "InboxStore", "Kept"]


@dataclass(frozen=True)
class Entry:
    """A packet in the inbox; number 0 and no decision while it waits for one."""

    id: str
    raw: bytes
    source: str
    received: datetime
    number: int
    revision: int
    decision: Decision | None
    rules: str
    alert_id: int | None


class DecidedMeanwhileError(Exception):
    """Another process has decided about a packet since it was read."""


class Kept(NamedTuple):
    """A packet that came: its id, whether it is new, and waits for a decision."""

    id: str
    is_new: bool
    waits: bool


@dataclass(frozen=True)
class Decided:
    """What is to become of a packet: the decision, and the number of its target."""

    entry: Entry
    packet: Packet | None
    decision: Decision
    alert_id: int | None

    def noted(self, rules: str, numbers: Iterator[int]) -> Entry:
        """Return the entry with the decision, and a number where it has none yet."""
        return replace(
            self.entry,
            number=self.entry.number or next(numbers),
            revision=self.entry.revision + 1,
            decision=self.decision,
            rules=rules,
            alert_id=self.alert_id,
        )


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
        await self._inbox.create_index("ends")
        await self._inbox.create_index("retracts")
        await self._inbox.create_index("ivorn")
        await self._numbers.prepare()

    async def keep(self, packets: Sequence[tuple[bytes, str]]) -> list[Kept]:
        """Keep packets, each with its source; they are on disk then.

        One that is known waits too, while nobody has decided.
        """
        entries = [_entry(raw, source) for raw, source in packets]
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
        return None if found is None else _read(found)

    async def entries(self, packets: Sequence[str]) -> dict[str, Entry]:
        """Return packets by their ids; those that are not here are left out."""
        found = self._inbox.find({"_id": {"$in": list(packets)}})
        return {one["_id"]: _read(one) async for one in found}

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
                yield _read(one)
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
        kinds = [{"decision.kind": "candidate"}, {"decision.reason": ended}]
        query = {"ivorn": {"$in": list(ivorns)}, "$or": kinds}
        return [_read(found) async for found in self._inbox.find(query)]

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
        changes = [
            UpdateOne(
                {"_id": entry.id, "revision": one.entry.revision},
                {"$set": _change(entry, one.packet), "$unset": {"waiting": ""}},
            )
            for one, entry in zip(decided, entries, strict=True)
        ]
        done = await self._inbox.bulk_write(changes, ordered=False)
        if done.matched_count < len(changes):
            raise DecidedMeanwhileError("a packet was decided about by another process")
        made = Counter(
            one.decision.stream for one in decided if one.decision.kind == "target"
        )
        for stream, count in made.items():
            await self._rates.update_one(
                {"_id": _hour(stream)}, {"$inc": {"made": count}}, upsert=True
            )
        return entries

    async def reopen(self, packet: str) -> None:
        """Let a packet wait for a decision again."""
        await self._inbox.update_one({"_id": packet}, {"$set": {"waiting": True}})


def _change(entry: Entry, packet: Packet | None) -> dict[str, Any]:
    """Return what is kept of a decision."""
    return {
        "number": entry.number,
        "revision": entry.revision,
        "decision": vars(entry.decision),
        "rules": entry.rules,
        "alert_id": entry.alert_id,
        "decided": datetime.now(UTC),
        "ivorn": packet.ivorn if packet else "",
        "ends": packet.cites("retraction", "supersedes") if packet else (),
        "retracts": packet.cites("retraction") if packet else (),
    }


def _hour(stream: str) -> str:
    return f"{stream} {datetime.now(UTC):%Y-%m-%dT%H}"


def _entry(raw: bytes, source: str) -> dict[str, Any]:
    return {
        "_id": hashlib.sha256(raw).hexdigest(),
        "raw": raw,
        "source": source,
        "received": datetime.now(UTC),
        "waiting": True,
        "number": 0,
        "revision": 0,
    }


def _read(found: dict[str, Any]) -> Entry:
    decided = found.get("decision")
    waiting = found.get("waiting", False)
    return Entry(
        id=found["_id"],
        raw=bytes(found["raw"]),
        source=found["source"],
        received=found["received"],
        number=int(found["number"]),
        revision=int(found["revision"]),
        decision=None if waiting or decided is None else Decision(**decided),
        rules=found.get("rules", ""),
        alert_id=found.get("alert_id"),
    )
