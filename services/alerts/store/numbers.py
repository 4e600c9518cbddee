"""Running numbers; one that was given is never given again."""

from pymongo import ReturnDocument

from shared.mongo import Database

__all__ = ["Numbers"]


class Numbers:
    """The running numbers of one kind of thing."""

    def __init__(self, database: Database, kind: str) -> None:
        self._counters = database["counters"]
        self._kind = kind

    async def prepare(self) -> None:
        """Make the counter."""
        await self._counters.update_one(
            {"_id": self._kind}, {"$setOnInsert": {"last": 0}}, upsert=True
        )

    async def next(self) -> int:
        """Return the next number."""
        return (await self.several(1))[0]

    async def several(self, count: int) -> range:
        """Return the next numbers."""
        counter = await self._counters.find_one_and_update(
            {"_id": self._kind},
            {"$inc": {"last": count}},
            return_document=ReturnDocument.AFTER,
        )
        if counter is None:
            raise RuntimeError(f"no counter for {self._kind}")
        last = int(counter["last"])
        return range(last - count + 1, last + 1)

    async def last(self) -> int:
        """Return the last number that was given."""
        counter = await self._counters.find_one({"_id": self._kind})
        return 0 if counter is None else int(counter["last"])
