"""What was seen on each image, for people to look at and to calibrate it again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.gateway.store.job import kept_event
from shared.contracts.imager import ImageMeasured, ImageRejected
from shared.mongo import Database

__all__ = ["ImageStore", "Seen"]

Seen = ImageMeasured | ImageRejected

_KINDS: dict[str, type[Seen]] = {
    kind.key: kind for kind in (ImageMeasured, ImageRejected)
}


class ImageStore:
    """What imager said of each image, by the upload and by the frame it is of."""

    def __init__(self, database: Database) -> None:
        self._images = database["images"]

    async def prepare(self) -> None:
        """Make what queries need."""
        await self._images.create_index([("frame", 1), ("at", -1)])

    async def put(self, seen: Seen) -> None:
        """Keep what was seen on an upload's image."""
        await self._images.replace_one(
            {"_id": str(seen.frame.upload_id)},
            {
                "frame": str(seen.frame.frame_id),
                "at": datetime.now(UTC),
                "seen": kept_event(seen),
            },
            upsert=True,
        )

    async def of_upload(self, upload: UUID) -> Seen | None:
        """Return what was seen on the image that this very upload was."""
        return _seen(await self._images.find_one({"_id": str(upload)}))

    async def of_frame(self, upload: UUID, frame: UUID) -> Seen | None:
        """Return what was last seen on a frame: by this upload, else by an earlier."""
        own = await self.of_upload(upload)
        if own is not None:
            return own
        last = self._images.find({"frame": str(frame)}).sort("at", -1).limit(1)
        async for found in last:
            return _seen(found)
        return None


def _seen(found: dict[str, Any] | None) -> Seen | None:
    if found is None:
        return None
    return _KINDS[found["seen"]["key"]].model_validate(found["seen"]["content"])
