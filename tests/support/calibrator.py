"""The part of the calibrator that has networks, over stores of its own."""

from collections.abc import Sequence

from services.calibrator.handlers.networks import (
    on_network_changed,
    on_observation_deleted,
    on_observation_recorded,
)
from services.calibrator.networks import Networks
from services.calibrator.store.measured import MeasuredStore
from services.calibrator.store.networks import NetworkStore
from services.calibrator.store.points import PointStore
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.contracts.base import Event
from shared.contracts.calibrator import LightCurveHomogenised, NetworkChanged
from shared.mongo import Database
from tests.support.networks import point_of
from tests.unit.calibrator.network.networks import simulation

__all__ = ["MADE", "TARGET", "Calibrator", "every_point"]

MADE = simulation(observatories=3, frames=6, stars=20)
TARGET = 7


class Calibrator:
    """Hears, solves, and remembers what was said last."""

    def __init__(self, database: Database) -> None:
        self.measured, self.points = MeasuredStore(database), PointStore(database)
        self.versions = NetworkStore(database)
        self.networks = Networks(self.measured)
        self.heard: dict[tuple[int, str], LightCurveHomogenised] = {}

    def restarted(self) -> None:
        self.networks = Networks(self.measured)

    async def record(self, point: ObservationRecorded) -> Sequence[Event]:
        return await on_observation_recorded(
            point, points=self.points, measured=self.measured
        )

    async def delete(self, number: int) -> Sequence[Event]:
        gone = ObservationDeleted(observation_id=number, alert_id=TARGET, revision=2)
        return await on_observation_deleted(gone, points=self.points)

    async def solve(self, changes: Sequence[Event]) -> list[LightCurveHomogenised]:
        said: list[Event] = []
        for change in changes:
            assert isinstance(change, NetworkChanged)
            said += await on_network_changed(
                change,
                points=self.points,
                versions=self.versions,
                networks=self.networks,
            )
        curves = [one for one in said if isinstance(one, LightCurveHomogenised)]
        assert len(curves) == len(said)
        for curve in curves:
            self.heard[curve.alert_id, curve.band] = curve
        return curves


async def every_point(
    calibrator: Calibrator, *, observers: Sequence[int] = (0, 1, 2)
) -> list[Event]:
    """Record the frames of some telescopes; return what changed."""
    changes: list[Event] = []
    for number, frame in enumerate(MADE.frames, 1):
        if frame.setup.observer in observers:
            changes += await calibrator.record(point_of(MADE, frame, number))
    return changes
