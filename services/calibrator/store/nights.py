"""What the frames of a night say of their filter, in MongoDB."""

from collections.abc import Mapping
from typing import Any

from shared.contracts.values import Frame
from shared.mongo import Database

__all__ = ["NightStore"]

_NIGHT = 0.5
_MOST_FRAMES = 40
_MOST_BANDS = 12


class NightStore:
    """Log evidence of each survey's band, frame by frame, relative to the best one.

    A frame counts once, however often it is calibrated, and never for itself.
    """

    def __init__(self, database: Database) -> None:
        self._frames = database["nights"]

    async def prepare(self) -> None:
        """Make the index."""
        keys = ("observer_id", "alert_id", "mjd")
        await self._frames.create_index([(key, 1) for key in keys])

    async def others(self, frame: Frame) -> list[Mapping[str, float]]:
        """Return what other frames of the same night, target and filter say."""
        same, own = self._same(frame), str(frame.frame_id)
        night = {
            "observer_id": same["observer_id"],
            "alert_id": same["alert_id"],
            "mjd": {"$gt": frame.mjd - _NIGHT, "$lt": frame.mjd + _NIGHT},
        }
        others = [
            kept
            async for kept in self._frames.find(night)
            if kept["filter"] == same["filter"] and kept["_id"] != own
        ]
        others.sort(key=lambda kept: str(kept["_id"]))
        return [
            {one["name"]: one["evidence"] for one in kept["bands"]}
            for kept in others[:_MOST_FRAMES]
        ]

    async def learn(self, frame: Frame, evidence: Mapping[str, float]) -> None:
        """Keep what a frame says of its best bands."""
        best = sorted(evidence.items(), key=lambda one: -one[1])[:_MOST_BANDS]
        bands = [{"name": name, "evidence": value} for name, value in best]
        kept = self._same(frame) | {"mjd": frame.mjd, "bands": bands}
        await self._frames.update_one(
            {"_id": str(frame.frame_id)}, {"$set": kept}, upsert=True
        )

    @staticmethod
    def _same(frame: Frame) -> dict[str, Any]:
        return {
            "observer_id": frame.observer.id,
            "alert_id": frame.target.alert_id,
            "filter": frame.filter.casefold(),
        }
