"""The stars of frames, as networks need them, in MongoDB."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np

from services.calibrator.domain.network.frames import StarColumns
from shared.mongo import Database, put_each

__all__ = ["FrameStars", "MeasuredStore"]

_AT_ONCE = 200
_TYPES = {"number": "<i8", "ra": "<f8", "dec": "<f8"}
_NARROW = "<f4"


@dataclass(frozen=True)
class FrameStars:
    """What one survey knows of the stars of a frame.

    Attributes
    ----------
    upload
        The submission by which the frame was calibrated.
    band, system
        The frame's band, and the photometric system that the survey has it in.
    colour
        Name of the stars' colour, such as ``g-r``; empty without.
    """

    frame: UUID
    upload: UUID
    survey: str
    band: str
    system: str
    colour: str
    stars: StarColumns


class MeasuredStore:
    """The stars of calibrated frames, by submission and survey.

    A frame that is calibrated anew has new ones beside the old, until its point is
    recorded: a point and its stars are of the same submission.
    """

    def __init__(self, database: Database) -> None:
        self._frames = database["measured"]

    async def prepare(self) -> None:
        """Make the index."""
        await self._frames.create_index("frame")

    async def put(self, found: Sequence[FrameStars]) -> None:
        """Keep what surveys know of one submission's stars."""
        now = datetime.now(UTC)
        await put_each(self._frames, [_entry(one, now) for one in found])

    async def of_uploads(
        self, uploads: Collection[str], survey: str
    ) -> dict[str, FrameStars]:
        """Return the stars of submissions by one survey, of those that are kept."""
        wanted = [f"{upload}:{survey}" for upload in sorted(uploads)]
        found = {}
        for first in range(0, len(wanted), _AT_ONCE):
            query = {"_id": {"$in": wanted[first : first + _AT_ONCE]}}
            async for kept in self._frames.find(query):
                found[kept["upload"]] = _read(kept)
        return found

    async def outdate(self, frame: UUID, upload: UUID) -> None:
        """Let go what was kept of a frame before a submission that is recorded now."""
        own = await self._frames.find_one({"upload": str(upload)}, {"at": 1})
        if own is not None:
            older = {"frame": str(frame), "at": {"$lt": own["at"]}}
            await self._frames.delete_many(older | {"upload": {"$ne": str(upload)}})


def _entry(found: FrameStars, now: datetime) -> dict[str, Any]:
    return {
        "_id": f"{found.upload}:{found.survey}",
        "frame": str(found.frame),
        "upload": str(found.upload),
        "at": now,
        "survey": found.survey,
        "band": found.band,
        "system": found.system,
        "colour": found.colour,
        "stars": _packed(found.stars),
    }


def _packed(stars: StarColumns) -> dict[str, bytes]:
    return {
        field.name: getattr(stars, field.name)
        .astype(_TYPES.get(field.name, _NARROW))
        .tobytes()
        for field in fields(stars)
    }


def _read(kept: Mapping[str, Any]) -> FrameStars:
    return FrameStars(
        UUID(kept["frame"]),
        UUID(kept["upload"]),
        kept["survey"],
        kept["band"],
        kept["system"],
        kept["colour"],
        StarColumns(
            **{
                name: np.frombuffer(column, _TYPES.get(name, _NARROW))
                for name, column in kept["stars"].items()
            }
        ),
    )
