"""Survey tables in the store: what all catalog processes agree on."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.blobs import BlobStore
from shared.mongo import Database

__all__ = ["KeptTable", "KeptTables"]


@dataclass(frozen=True)
class KeptTable:
    """Which table of a survey counts.

    Attributes
    ----------
    entry
        Its file, stars, bands, sources and blob; ``None`` where it was dropped.
    at
        Since when (Unix time) [s].
    """

    entry: Mapping[str, Any] | None
    at: float


class KeptTables:
    """Which table of each survey counts, and its file."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._tables = database["tables"]
        self._blobs = blobs

    async def all(self) -> dict[str, KeptTable]:
        """Return what counts of each survey that was ever loaded."""
        return {
            one["_id"]: KeptTable(one["entry"], one["at"])
            async for one in self._tables.find()
        }

    async def keep(
        self,
        survey: str,
        entry: Mapping[str, Any],
        path: Path,
        known: KeptTable | None = None,
    ) -> bool:
        """Keep a table, and let it count from now on.

        Not so where another one counts by now than the one that was known: whoever
        made it count, or dropped it, did so while this one was being kept.
        """
        with path.open("rb") as file:
            blob = await self._blobs.put_file(file)
        return await self._let_count(survey, {**entry, "blob": blob}, known)

    async def drop(self, survey: str) -> None:
        """Let a survey have no table any more, anywhere."""
        while not await self._let_count(survey, None, (await self.all()).get(survey)):
            pass

    async def _let_count(
        self, survey: str, entry: Mapping[str, Any] | None, known: KeptTable | None
    ) -> bool:
        now = {"entry": entry, "at": time.time()}
        try:
            if known is None:
                await self._tables.insert_one({"_id": survey, **now})
                return True
            change = await self._tables.update_one(
                {"_id": survey, "at": known.at}, {"$set": now}
            )
        except DuplicateKeyError:
            return False
        if change.modified_count and known.entry is not None:
            await self._let_go(known.entry["blob"])
        return bool(change.modified_count)

    async def _let_go(self, blob: str) -> None:
        if not await self._tables.find_one({"entry.blob": blob}):
            await self._blobs.drop(blob)

    async def fetch(self, entry: Mapping[str, Any], path: Path) -> None:
        """Write a kept table into a file.

        Raises
        ------
        BlobMissingError
            Another one counts by now.
        """
        with path.open("wb") as file:
            await self._blobs.copy(entry["blob"], file)
