"""Uploads as alerts hears of them, and the points that it keeps of them."""

from uuid import UUID, uuid4

from services.alerts.handlers.observations import on_calibration_solved
from shared.contracts.alerts import ObservationRecorded
from shared.contracts.calibrator import CalibrationSolved
from tests.support.alerts import Owned
from tests.support.builders import solved

__all__ = ["curve", "recorded", "upload"]


def upload(frame_id: UUID | None = None, **changes: object) -> CalibrationSolved:
    return solved(
        upload_id=uuid4(), frame_id=uuid4() if frame_id is None else frame_id, **changes
    )


async def recorded(owned: Owned, event: CalibrationSolved) -> ObservationRecorded:
    (said,) = await on_calibration_solved(
        event, observations=owned.observations, targets=owned.targets
    )
    assert isinstance(said, ObservationRecorded)
    return said


async def curve(owned: Owned) -> list[ObservationRecorded]:
    return [
        one
        async for one in owned.observations.all()
        if isinstance(one, ObservationRecorded)
    ]
