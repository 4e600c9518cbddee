"""Pages of what has running numbers, newest first.

A page is a range of numbers, widened until the page is full: the store reads what it
shows, not what there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import DESCENDING

from shared.mongo import Database

__all__ = ["Listing", "Pages"]


@dataclass(frozen=True)
class Listing:
    """A list by a field that holds running numbers of targets or of observations."""

    collection: str
    field: str
    numbers: str


class Pages:
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
        found: list[dict[str, Any]] = []
        high = before or await self._top(listing.numbers) + 1
        width = 2 * (offset + count)
        while high > 1 and len(found) < offset + count:
            low = max(1, high - width)
            within = {field: {"$gte": low, "$lt": high}, **query}
            part = collection.find(within).sort(field, DESCENDING)
            found += [document async for document in part]
            high, width = low, 4 * width
        return found[offset : offset + count]

    async def _top(self, name: str) -> int:
        found = await self._tops.find_one({"_id": name})
        return 0 if found is None else int(found["top"])
