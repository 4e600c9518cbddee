"""Pages of what has running numbers, newest first.

A page is a range of numbers, widened until the page is full: the store reads what it
shows, not what there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import DESCENDING

from shared.mongo import Database

__all__ = ["Listing", "Paging"]


@dataclass(frozen=True)
class Listing:
    """A list by a field that holds running numbers of targets or of observations."""

    collection: str
    field: str
    numbers: str


class Paging:
    """Reads lists a page at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tops = database["tops"]

    async def read(
        self,
        listing: Listing,
        query: Mapping[str, Any],
        count: int,
        *,
        before: int | None,
        offset: int,
    ) -> list[dict[str, Any]]:
        """Return so many documents whose numbers are below ``before``."""
        collection, field = self._database[listing.collection], listing.field
        wanted = offset + count
        found: list[dict[str, Any]] = []
        high = before or await self.top(listing) + 1
        width = 2 * wanted
        while high > 1 and len(found) < wanted:
            low = max(1, high - width)
            within = {field: {"$gte": low, "$lt": high}, **query}
            part = collection.find(within).sort(field, DESCENDING)
            rows = [document async for document in part]
            found += rows
            if rows:
                high, width = low, 4 * width
            else:
                high = await self._below(collection, field, query, low)
        return found[offset:wanted]

    async def _below(
        self, collection: Any, field: str, query: Mapping[str, Any], high: int
    ) -> int:
        """Return a number just above the next one that there is; 1 if there is none.

        It gallops down over a gap, then halves its way up to the gap's end: the rows
        below are not read, however many there are.
        """
        step = 1
        while high > 1:
            low = max(1, high - step)
            within = {field: {"$gte": low, "$lt": high}, **query}
            if await collection.find_one(within, {"_id": 1}) is None:
                high, step = low, 2 * step
            elif high - low == 1:
                return high
            else:
                step = (high - low) // 2
        return 1

    async def top(self, listing: Listing) -> int:
        """Return the highest number that there is; 0 without any."""
        found = await self._tops.find_one({"_id": listing.numbers})
        return 0 if found is None else int(found["top"])
