"""Packets of alert streams in the gateway's view, with what became of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import ASCENDING

from services.gateway.store.paging import Listing, Paging
from shared.contracts.alerts import PacketDecided
from shared.mongo import Database, keep_new

__all__ = ["PacketStore"]

_LISTING = Listing("packets", "number", "packets")


class PacketStore:
    """The alert inbox, ready to be shown."""

    def __init__(self, database: Database) -> None:
        self._packets = database["packets"]
        self._tops = database["tops"]
        self._paging = Paging(database)

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._packets.create_index("number")
        await self._packets.create_index("alert_id")
        await self._packets.create_index([("kind", ASCENDING), ("number", ASCENDING)])

    async def put_many(self, decided: Sequence[PacketDecided]) -> None:
        """Keep decisions; a later one about the same packet stays, if there is one."""
        entries = [{"_id": one.packet, **_entry(one)} for one in decided]
        known = await keep_new(self._packets, entries)
        for place in sorted(known):
            await self._revise(decided[place])
        top = max(one.number for one in decided)
        await self._tops.update_one(
            {"_id": "packets"}, {"$max": {"top": top}}, upsert=True
        )

    async def _revise(self, decided: PacketDecided) -> None:
        older = {"_id": decided.packet, "revision": {"$lte": decided.revision}}
        await self._packets.update_one(older, {"$set": _entry(decided)})

    async def find(self, packet: str) -> PacketDecided | None:
        """Return a packet by its SHA-256."""
        found = await self._packets.find_one({"_id": packet})
        return None if found is None else PacketDecided.model_validate(found["packet"])

    async def page(
        self,
        count: int,
        *,
        kind: str = "",
        stream: str = "",
        before: int | None = None,
    ) -> list[PacketDecided]:
        """Return packets, the last decided first; of a kind and a stream, if given."""
        given = {"kind": kind, "stream": stream}
        query: Mapping[str, Any] = {name: it for name, it in given.items() if it}
        found = await self._paging.read(_LISTING, query, count, before=before, offset=0)
        return [PacketDecided.model_validate(one["packet"]) for one in found]

    async def about(self, alert_id: int) -> list[PacketDecided]:
        """Return the packets about a target, the last decided first."""
        cursor = self._packets.find({"alert_id": alert_id})
        found = [PacketDecided.model_validate(one["packet"]) async for one in cursor]
        return sorted(found, key=lambda packet: -packet.number)


def _entry(decided: PacketDecided) -> dict[str, Any]:
    return {
        "number": decided.number,
        "revision": decided.revision,
        "kind": decided.kind,
        "stream": decided.stream,
        "alert_id": decided.alert_id,
        "packet": decided.model_dump(mode="json"),
    }
