"""How long a change waits before its network is solved."""

from datetime import UTC, datetime, timedelta
from unittest.mock import create_autospec

import pytest

from services.calibrator.handlers.networks import left_of, on_observation_recorded
from services.calibrator.store.measured import MeasuredStore
from services.calibrator.store.points import PointStore
from shared.contracts.calibrator import NetworkChanged
from tests.support.builders import recorded

CHANGE = NetworkChanged(alert_id=1, observation_id=2, revision=1)


@pytest.mark.parametrize(
    ("age", "left"), [(0.0, 1.0), (0.4, 0.6), (1.0, 0.0), (90.0, 0.0), (-90.0, 1.0)]
)
def test_a_change_waits_for_what_is_left_of_the_pause(age: float, left: float) -> None:
    changed = datetime.now(UTC) - timedelta(seconds=age)
    change = CHANGE.model_copy(update={"changed_at": changed})
    assert left_of(1.0, change.changed_at) == pytest.approx(left, abs=0.1)


def test_a_change_of_an_earlier_version_does_not_wait() -> None:
    assert left_of(1.0, CHANGE.changed_at) == 0


async def test_a_change_tells_when_it_was() -> None:
    before = datetime.now(UTC)
    points = create_autospec(PointStore, instance=True)
    points.record.return_value = [7]
    (change,) = await on_observation_recorded(
        recorded(), points=points, measured=create_autospec(MeasuredStore)
    )
    assert isinstance(change, NetworkChanged)
    assert change.changed_at is not None
    assert before <= change.changed_at <= datetime.now(UTC)
