"""Colour terms in MongoDB: what each frame of an observer said, band by band."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from services.calibrator.domain.learning import Learned
from shared.mongo import Database

__all__ = ["Band", "ColourTermStore"]

_REMEMBERED = 50

Band = tuple[str, str]
"""Survey and band."""


class ColourTermStore:
    """What the calibrator owns: the last 50 frames' colour terms of each band.

    A frame counts once, however often it is calibrated.
    """

    def __init__(self, database: Database) -> None:
        self._terms = database["colour_terms"]

    async def prepare(self) -> None:
        """Make the index."""
        await self._terms.create_index("observer_id")

    async def learned(
        self, observer_id: int, without: UUID | None = None
    ) -> Mapping[Band, list[Learned]]:
        """Return, per survey and band, what an observer's other frames said."""
        found = self._terms.find({"observer_id": observer_id})
        return {
            (kept["survey"], kept["band"]): [
                Learned(frame["colour_term"], frame["variance"])
                for frame in kept["frames"]
                if frame["frame_id"] != str(without)
            ]
            async for kept in found
        }

    async def learn(
        self, observer_id: int, band: Band, frame_id: UUID, said: Learned
    ) -> None:
        """Keep what a frame said, unless it is kept already."""
        survey, name = band
        frame = {
            "frame_id": str(frame_id),
            "colour_term": said.colour_term,
            "variance": said.variance,
        }
        try:
            await self._terms.update_one(
                {
                    "_id": f"{observer_id}:{survey}:{name}",
                    "frames.frame_id": {"$ne": str(frame_id)},
                },
                {
                    "$set": {
                        "observer_id": observer_id,
                        "survey": survey,
                        "band": name,
                    },
                    "$push": {"frames": {"$each": [frame], "$slice": -_REMEMBERED}},
                },
                upsert=True,
            )
        except DuplicateKeyError:
            return  # the frame is kept already

    async def forget(
        self, observer_id: int, survey: str | None, band: str | None
    ) -> None:
        """Forget an observer's colour terms, or those of one survey or band."""
        query: dict[str, Any] = {"observer_id": observer_id}
        if survey is not None:
            query["survey"] = survey
        if band is not None:
            query["band"] = band
        await self._terms.delete_many(query)
