"""Which state of each target's network was told, in MongoDB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pymongo.errors import DuplicateKeyError

from shared.mongo import Database

__all__ = ["NetworkStore", "Told"]

_ANSWERS = 50
"""So many changes may come again because what they caused was lost."""


@dataclass(frozen=True)
class Told:
    """The last version of a target's network.

    Attributes
    ----------
    version
        Grows with every change.
    state
        Digest of the points it was made of.
    bands
        A digest of what was last told of each band.
    answers
        Which bands were told for each of the last changes that were answered.
    """

    version: int = 0
    state: str = ""
    bands: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)


class NetworkStore:
    """Versions of networks: each follows the one before it, once."""

    def __init__(self, database: Database) -> None:
        self._networks = database["networks"]

    async def told(self, alert_id: int) -> Told | None:
        """Return what was told last of a target."""
        kept = await self._networks.find_one({"_id": alert_id})
        if kept is None:
            return None
        return Told(
            kept["version"], kept["state"], dict(kept["bands"]), dict(kept["answers"])
        )

    async def tell(self, alert_id: int, told: Told) -> bool:
        """Keep what is told now; return whether it follows what was told last.

        Another process may have told this very version meanwhile.
        """
        entry = {
            "version": told.version,
            "state": told.state,
            "bands": list(told.bands.items()),
            "answers": list(told.answers.items())[-_ANSWERS:],
        }
        if told.version == 1:
            try:
                await self._networks.insert_one({"_id": alert_id, **entry})
            except DuplicateKeyError:
                return False
            return True
        before = {"_id": alert_id, "version": told.version - 1}
        done = await self._networks.update_one(before, {"$set": entry})
        return bool(done.modified_count)
