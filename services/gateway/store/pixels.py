"""Which images' pixels are kept still: a look at the jobs that brought them."""

from collections.abc import AsyncIterator
from datetime import datetime

from shared.mongo import Database, index_of_some

__all__ = ["PixelStore"]


class PixelStore:
    """The blobs of images, by the jobs that submitted them."""

    def __init__(self, database: Database) -> None:
        self._jobs = database["jobs"]

    async def prepare(self) -> None:
        """Make what queries need."""
        images = {"pixels": True}
        await index_of_some(
            self._jobs, "pixels", "submitted", partialFilterExpression=images
        )

    async def older_than(self, when: datetime) -> AsyncIterator[tuple[str, str]]:
        """Yield job and blob of each image that came before some time (UTC)."""
        kept = {"pixels": True, "submitted": {"$lt": when}}
        async for job in self._jobs.find(kept):
            yield job["_id"], job["request"]["content"]["blob"]

    async def came_since(self, blob: str, when: datetime) -> bool:
        """Tell whether the same image came again since some time (UTC)."""
        again = {
            "pixels": True,
            "submitted": {"$gte": when},
            "request.content.blob": blob,
        }
        return await self._jobs.find_one(again) is not None

    async def forget(self, job: str) -> None:
        """Take it that the pixels of a job are gone."""
        await self._jobs.update_one({"_id": job}, {"$set": {"pixels": False}})
