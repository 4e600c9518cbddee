"""The gateway's own view of light curves that are one network's."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pymongo.errors import DuplicateKeyError

from services.gateway.domain.homogenised import Magnitudes, NetworkMagnitude
from services.gateway.store.tallies import Tallies
from shared.columns import unpack
from shared.contracts.calibrator import LightCurveHomogenised
from shared.contracts.network import NetworkSetup
from shared.messaging.wire import decoded, encoded
from shared.mongo import Database

__all__ = ["NetworkCurves", "SetupInNetwork", "magnitudes_of"]


_SETUPS = {"alert_id": 1, "band": 1, "survey": 1, "colour_name": 1, "setups": 1}
_MOST_SETUPS = 500


@dataclass(frozen=True)
class SetupInNetwork:
    """A telescope as the network of one target and band shows it."""

    setup: NetworkSetup
    alert_id: int
    band: str
    survey: str
    colour_name: str


class NetworkCurves:
    """The newest version of each target's network in each band."""

    def __init__(self, database: Database) -> None:
        self._networks = database["networks"]
        self._tallies = Tallies(database)

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._networks.create_index("alert_id")
        await self._networks.create_index("observers")

    async def put(self, curve: LightCurveHomogenised) -> bool:
        """Keep a version; return whether no newer one is kept."""
        entry = {
            "alert_id": curve.alert_id,
            "version": curve.version,
            "band": curve.band,
            "survey": curve.survey,
            "colour_name": curve.colour_name,
            "observers": sorted({setup.observer_id for setup in curve.setups}),
            "setups": [setup.model_dump(mode="json") for setup in curve.setups],
            "curve": encoded(curve),
        }
        name = f"{curve.alert_id}:{curve.band}"
        older = {"_id": name, "version": {"$lte": curve.version}}
        try:
            await self._networks.update_one(older, {"$set": entry}, upsert=True)
        except DuplicateKeyError:
            return False
        await self._tallies.changed(alert_id=curve.alert_id)
        return True

    async def of_target(self, alert_id: int) -> list[LightCurveHomogenised]:
        """Return a target's networks, by band: those that it has points in."""
        kept = [
            bytes(one["curve"])
            async for one in self._networks.find({"alert_id": alert_id})
        ]
        found = await asyncio.to_thread(_decoded, kept)
        return sorted(found, key=lambda curve: curve.band)

    async def setups_of(self, observer_id: int) -> list[SetupInNetwork]:
        """Return an observer's telescopes in every network, the latest first."""
        cursor = self._networks.find({"observers": observer_id}, _SETUPS)
        found = [
            SetupInNetwork(
                NetworkSetup.model_validate(setup),
                kept["alert_id"],
                kept["band"],
                kept["survey"],
                kept["colour_name"],
            )
            async for kept in cursor
            for setup in kept["setups"]
            if setup["observer_id"] == observer_id
        ]
        return sorted(found, key=lambda one: -one.setup.until)[:_MOST_SETUPS]

    async def magnitudes(self, alert_id: int) -> Magnitudes:
        """Return what a target's networks make of its observations."""
        curves = await self.of_target(alert_id)
        return {
            (one.number, curve.band): one
            for curve in curves
            for one in magnitudes_of(curve)
        }


def _decoded(kept: Sequence[bytes]) -> list[LightCurveHomogenised]:
    found = [decoded(LightCurveHomogenised, one) for one in kept]
    return [curve for curve in found if curve.survey is not None]


def magnitudes_of(curve: LightCurveHomogenised) -> Iterator[NetworkMagnitude]:
    """Yield what a network makes of each observation of its band."""
    told = set()
    if curve.points is not None:
        points = curve.points
        columns = (
            points.observation_id,
            points.revision,
            points.mag,
            points.total_err,
            points.colour_err,
        )
        for row in zip(*(unpack(column).tolist() for column in columns), strict=True):
            number, revision = int(row[0]), int(row[1])
            told.add(number)
            mag, total, colour = (_known(value) for value in row[2:])
            why = curve.left_out.get(str(number), "")
            yield NetworkMagnitude(number, revision, mag, total, colour, why)
    for name, why in curve.left_out.items():
        if int(name) not in told:
            yield NetworkMagnitude(int(name), None, None, None, None, why)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
