"""Light curves out of the gateway's view, whole, without making models of points."""

from typing import Any

from services.gateway.store.ranges import between
from services.gateway.store.tallies import Tallies
from shared.mongo import Database

__all__ = ["CurveStore"]

_LIVE = {"deleted": False}
_BATCH = 20_000
_KEPT = {
    "mjd": 1,
    "point.observation_id": 1,
    "point.revision": 1,
    "point.mode": 1,
    "point.magnitude": 1,
    "point.zero_point": 1,
    "point.frame.mjd": 1,
    "point.frame.exposure_time": 1,
    "point.frame.observer": 1,
    "point.frame.upload_id": 1,
    "point.frame.comment": 1,
}
_DRAWN = {
    "mjd": "frame.mjd",
    "mag": "magnitude.mag",
    "mag_err": "magnitude.mag_err",
    "err": "magnitude.total_err",
    "depth": "magnitude.depth",
    "survey": "zero_point.survey",
    "band": "zero_point.band",
    "observatory": "frame.observer.name",
    "observer": "frame.observer.id",
    "mode": "mode",
    "calibration": "frame.upload_id",
    "exposure": "frame.exposure_time",
    "comment": "frame.comment",
}


class CurveStore:
    """All points of one target."""

    def __init__(self, database: Database) -> None:
        self._observations = database["observations"]
        self._tallies = Tallies(database)

    async def stamp(self, alert_id: int) -> str | None:
        """Return what changes whenever the light curve does."""
        return await self._tallies.stamp("alert_id", alert_id)

    async def kept(
        self,
        alert_id: int,
        *,
        band: str | None = None,
        observer_id: int | None = None,
        since: float | None = None,
        until: float | None = None,
        above: int = 0,
    ) -> list[dict[str, Any]]:
        """Return a target's observations as JSON keeps them, by time and number.

        Times are MJD [d]; ``above`` leaves out numbers up to it.
        """
        query: dict[str, Any] = {"alert_id": alert_id, "_id": {"$gt": above}, **_LIVE}
        given = {"band": band, "observer_id": observer_id}
        query |= {name: it for name, it in given.items() if it is not None}
        query |= between("mjd", since, until)
        cursor = self._observations.find(query, _KEPT)
        found = [one async for one in cursor.batch_size(_BATCH)]
        found.sort(key=lambda one: (one["mjd"], one["_id"]))
        return [one["point"] for one in found]

    async def drawn(self, alert_id: int) -> list[dict[str, Any]]:
        """Return what a light curve shows of each point, by time and number."""
        fields = {f"point.{path}": 1 for path in _DRAWN.values()}
        cursor = self._observations.find({"alert_id": alert_id, **_LIVE}, fields)
        points = [
            {"id": found["_id"]}
            | {name: _at(found["point"], path) for name, path in _DRAWN.items()}
            async for found in cursor.batch_size(_BATCH)
        ]
        return sorted(points, key=lambda point: (point["mjd"], point["id"]))


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[name]
    return document
