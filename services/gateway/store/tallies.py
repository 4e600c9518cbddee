"""How many observations a target or an observer has: counted again only after a change.

A change leaves a stamp; a count holds for the stamp it was made under. So a gateway
that dies between two writes leaves a stale stamp behind, never a wrong number.
"""

from collections.abc import Sequence
from uuid import uuid4

from shared.mongo import Database

__all__ = ["Tallies"]


class Tallies:
    """Counts of live observations by a field of theirs."""

    def __init__(self, database: Database) -> None:
        self._tallies = database["tallies"]
        self._observations = database["observations"]

    async def changed(self, **fields: int) -> None:
        """Let the counts of these be made again when they are next asked for."""
        keys = [f"{name}:{value}" for name, value in fields.items()]
        stamp = {"stamp": str(uuid4())}
        done = await self._tallies.update_many({"_id": {"$in": keys}}, {"$set": stamp})
        if done.matched_count < len(keys):  # one is new
            for key in keys:
                only = {"_id": key}
                await self._tallies.update_one(only, {"$set": stamp}, upsert=True)

    async def stamp(self, field: str, value: int) -> str | None:
        """Return what changes whenever these observations do."""
        found = await self._tallies.find_one({"_id": f"{field}:{value}"})
        return None if found is None else str(found["stamp"])

    async def counts(self, field: str, values: Sequence[int]) -> dict[int, int]:
        """Return how many observations there are for each value of a field."""
        keys = [f"{field}:{value}" for value in values]
        kept = {
            found["_id"]: found
            async for found in self._tallies.find({"_id": {"$in": keys}})
        }
        counts = {}
        for key, value in zip(keys, values, strict=True):
            known = kept.get(key)
            if known is not None and known.get("counted") == known["stamp"]:
                counts[value] = int(known["count"])
            else:
                stamp = None if known is None else known["stamp"]
                counts[value] = await self._count(field, value, stamp)
        return counts

    async def _count(self, field: str, value: int, stamp: str | None) -> int:
        count = await self._observations.count_documents(
            {field: value, "deleted": False}
        )
        if stamp is not None:
            await self._tallies.update_one(
                {"_id": f"{field}:{value}", "stamp": stamp},
                {"$set": {"counted": stamp, "count": count}},
            )
        return count
