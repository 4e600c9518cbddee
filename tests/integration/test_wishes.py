"""Wishes about a point that come again, or late: the newest of them stands."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.alerts.handlers.observations import (
    on_calibration_solved,
    on_deletion_requested,
    on_restoration_requested,
)
from shared.contracts.alerts import (
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import DeletionRequested, RestorationRequested
from tests.support.alerts import Owned
from tests.support.builders import OBSERVER
from tests.support.points import curve, recorded, upload

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def wished(
    owned: Owned, number: int | None, minute: int, *, gone: bool, id: UUID | None = None
) -> Event:
    """Ask for a deletion or a restoration at some minute past noon."""
    kind = DeletionRequested if gone else RestorationRequested
    handler = on_deletion_requested if gone else on_restoration_requested
    event = kind(
        request_id=id or uuid4(),
        observation_id=number or 1,
        observer=OBSERVER,
        asked=NOON + timedelta(minutes=minute),
    )
    (said,) = await handler(event, observations=owned.observations)  # type: ignore[arg-type]
    return said


async def present(owned: Owned, number: int | None) -> tuple[bool, int]:
    kept = await owned.database["observations"].find_one({"_id": number})
    assert kept is not None
    return kept["deleted"], kept["revision"]


async def test_a_wish_that_comes_again_tells_nothing_that_is_over(
    owned: Owned,
) -> None:
    """A deletion that is delivered once more after the restoration is no deletion."""
    point = await recorded(owned, upload())
    number, id = point.observation_id, uuid4()
    assert isinstance(
        await wished(owned, number, 1, gone=True, id=id), ObservationDeleted
    )
    assert isinstance(await wished(owned, number, 2, gone=False), ObservationRecorded)
    again = await wished(owned, number, 1, gone=True, id=id)
    assert isinstance(again, RequestRefused)
    assert again.request_id == id
    assert await present(owned, number) == (False, 3)


@pytest.mark.parametrize("gone", [True, False])
async def test_a_wish_that_changed_nothing_stands_too(
    owned: Owned, *, gone: bool
) -> None:
    """An older wish lay in a queue: what was answered as it was asked stays so."""
    point = await recorded(owned, upload())
    number = point.observation_id
    if gone:
        await wished(owned, number, 1, gone=True)
    await wished(owned, number, 3, gone=gone)
    before = await present(owned, number)
    late = await wished(owned, number, 2, gone=not gone)
    assert isinstance(late, RequestRefused)
    assert await present(owned, number) == before
    assert before[0] == gone
    later = await wished(owned, number, 4, gone=not gone)
    assert isinstance(later, ObservationRecorded if gone else ObservationDeleted)


async def test_a_wish_that_comes_late_yields_to_a_newer_one(owned: Owned) -> None:
    """It lay with a gateway that died; the person asked again, and then otherwise."""
    point = await recorded(owned, upload())
    number = point.observation_id
    await wished(owned, number, 2, gone=True)
    await wished(owned, number, 3, gone=False)
    late = await wished(owned, number, 1, gone=True)
    assert isinstance(late, RequestRefused)
    assert late.message.startswith("Something newer was asked")
    assert await present(owned, number) == (False, 3)
    assert isinstance(await wished(owned, number, 4, gone=True), ObservationDeleted)


async def test_an_upload_of_before_the_deletion_does_not_take_it_back(
    owned: Owned,
) -> None:
    point = await recorded(owned, upload())
    await wished(owned, point.observation_id, 5, gone=True)
    late = _asked(upload(point.frame.frame_id), minute=4)
    (said,) = await on_calibration_solved(
        late, observations=owned.observations, targets=owned.targets
    )
    assert isinstance(said, RequestRefused)
    assert await curve(owned) == []
    await recorded(owned, _asked(upload(point.frame.frame_id), minute=6))
    assert len(await curve(owned)) == 1


def _asked(event: CalibrationSolved, minute: int) -> CalibrationSolved:
    when = NOON + timedelta(minutes=minute)
    frame = event.frame.model_copy(update={"asked": when})
    return event.model_copy(update={"frame": frame})
