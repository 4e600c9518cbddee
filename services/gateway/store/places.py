"""Which surveys have how many stars around each target."""

from shared.contracts.catalog import PlaceSurveyed
from shared.mongo import Database

__all__ = ["PlaceStore"]


class PlaceStore:
    """What catalog last said of the places of targets."""

    def __init__(self, database: Database) -> None:
        self._places = database["places"]

    async def put(self, surveyed: PlaceSurveyed) -> None:
        """Keep what surveys a place has."""
        await self._places.replace_one(
            {"_id": surveyed.alert_id},
            {"place": surveyed.model_dump(mode="json")},
            upsert=True,
        )

    async def find(self, alert_id: int) -> PlaceSurveyed | None:
        """Return what surveys a target's place has, if it was looked at."""
        found = await self._places.find_one({"_id": alert_id})
        return None if found is None else PlaceSurveyed.model_validate(found["place"])
