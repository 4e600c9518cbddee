"""A packet in the inbox, and how it is kept."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from services.alerts.domain.decision import Decision
from services.alerts.domain.packet import Packet

__all__ = [
    "Decided",
    "Entry",
    "Kept",
    "change_to",
    "each_its_own",
    "entry_of",
    "first_document",
]


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


def first_document(raw: bytes, source: str) -> dict[str, Any]:
    """Return what is kept of a packet that comes."""
    return {
        "_id": hashlib.sha256(raw).hexdigest(),
        "raw": raw,
        "source": source,
        "received": datetime.now(UTC),
        "waiting": True,
        "number": 0,
        "revision": 0,
    }


def change_to(entry: Entry, packet: Packet | None) -> dict[str, Any]:
    """Return what is kept of the decision in an entry; what is empty is left out."""
    lists = {
        "ends": packet.cites("retraction", "supersedes") if packet else (),
        "retracts": packet.cites("retraction") if packet else (),
    }
    return {
        "number": entry.number,
        "revision": entry.revision,
        "decision": vars(entry.decision),
        "rules": entry.rules,
        "alert_id": entry.alert_id,
        "decided": datetime.now(UTC),
        "ivorn": packet.ivorn if packet else "",
        **{name: some for name, some in lists.items() if some},
    }


def each_its_own(changes: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return an update by which packets, by their ids, get each its own decision."""
    place = {"$indexOfArray": [{"$literal": list(changes)}, "$_id"]}
    own = {"$arrayElemAt": [{"$literal": list(changes.values())}, place]}
    return [
        {"$unset": ["waiting", "ends", "retracts"]},
        {"$replaceWith": {"$mergeObjects": ["$$ROOT", own]}},
    ]


def entry_of(found: dict[str, Any]) -> Entry:
    """Return a packet as it was kept."""
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
