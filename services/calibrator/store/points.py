"""Points of light curves, as far as networks need them, in MongoDB."""

from dataclasses import dataclass
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.mongo import Database

__all__ = ["Point", "PointStore"]

_TOLD = "observer"


@dataclass(frozen=True)
class Point:
    """A point of a light curve: whose it is, when, and in which band.

    Attributes
    ----------
    number, revision
        Of the observation.
    frame, upload
        The frame, and the submission by which it was calibrated.
    light, light_err
        The target, instrumental [mag]; a limit has no error.
    colours
        The target's, as its observer told them [mag], by name such as ``g-r``.
    """

    number: int
    revision: int
    alert_id: int
    frame: str
    upload: str
    observer: int
    observer_name: str
    filter: str
    mjd: float
    survey: str
    band: str
    light: float
    light_err: float | None
    colours: dict[str, float]


class PointStore:
    """The newest state of each point; later revisions win in whichever order."""

    def __init__(self, database: Database) -> None:
        self._points = database["points"]

    async def prepare(self) -> None:
        """Make the index."""
        await self._points.create_index("alert_id")

    async def record(self, event: ObservationRecorded) -> list[int]:
        """Keep a point; return the targets whose networks it changes."""
        number, frame = event.observation_id or 0, event.frame
        magnitude = event.magnitude
        entry = {
            "alert_id": frame.target.alert_id,
            "deleted": False,
            "frame": str(frame.frame_id),
            "upload": str(frame.upload_id),
            "observer": frame.observer.id,
            "observer_name": frame.observer.name,
            "filter": frame.filter.strip().casefold(),
            "mjd": frame.mjd,
            "survey": event.zero_point.survey,
            "band": event.zero_point.band,
            "light": magnitude.mag - event.zero_point.zero_point,
            "light_err": None if magnitude.is_limit else magnitude.mag_err,
            "colours": {
                colour.name: colour.value
                for colour in frame.colours
                if colour.source.endswith(_TOLD)
            },
        }
        return await self._put(number, event.revision, entry)

    async def delete(self, event: ObservationDeleted) -> list[int]:
        """Take a point away; return the targets whose networks that changes."""
        entry = {"alert_id": event.alert_id, "deleted": True}
        return await self._put(event.observation_id, event.revision, entry)

    async def _put(
        self, number: int, revision: int, entry: dict[str, Any]
    ) -> list[int]:
        """Keep a state unless a later one is kept; return all targets it ever had.

        The same state again gives the same targets.
        """
        older = {"_id": number, "revision": {"$lte": revision}}
        change = {
            "$set": {**entry, "revision": revision},
            "$addToSet": {"targets": entry["alert_id"]},
        }
        try:
            await self._points.update_one(older, change, upsert=True)
        except DuplicateKeyError:
            return []  # a later state is kept
        kept = await self._points.find_one({"_id": number}, {"targets": 1})
        return sorted(kept["targets"]) if kept else []

    async def of_target(self, alert_id: int) -> list[Point]:
        """Return the points of a target's light curve, by number."""
        found = self._points.find({"alert_id": alert_id})
        live = [_point(kept) async for kept in found if not kept["deleted"]]
        return sorted(live, key=lambda point: point.number)


def _point(kept: dict[str, Any]) -> Point:
    names = Point.__dataclass_fields__.keys() - {"number"}
    return Point(number=kept["_id"], **{name: kept[name] for name in names})
