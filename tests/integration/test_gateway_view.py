"""The gateway's view of targets and observations in a real document store."""

from itertools import permutations
from uuid import uuid4

import pytest

from services.gateway.store.view import ViewStore
from shared.contracts.alerts import (
    ObservationDeleted,
    ObservationRecorded,
)
from shared.mongo import Database
from tests.support.builders import ALERT, OBSERVER, recorded, solved


@pytest.fixture
async def view(database: Database) -> ViewStore:
    store = ViewStore(database)
    await store.prepare()
    return store


DELETED = ObservationDeleted(observation_id=7, alert_id=26316, revision=2)
NEWER = recorded(observation_id=7, revision=3, mode="AUTO")
CHANGES: list[ObservationRecorded | ObservationDeleted] = [
    recorded(observation_id=7),
    DELETED,
    NEWER,
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_revision_counts_in_whichever_order_events_come(
    view: ViewStore, order: tuple[int, ...]
) -> None:
    for place in order:
        change = CHANGES[place]
        if isinstance(change, ObservationDeleted):
            await view.drop_observation(change)
        else:
            await view.put_observation(change)
    assert await view.light_curve(26316) == [NEWER]


async def test_a_deleted_point_stays_away_when_an_old_one_comes_late(
    view: ViewStore,
) -> None:
    await view.drop_observation(DELETED)
    await view.put_observation(recorded(observation_id=7))
    assert await view.light_curve(26316) == []


async def test_a_target_is_found_whatever_the_case(view: ViewStore) -> None:
    await view.put_alert(ALERT)
    assert await view.alert("IVO://gaia16AYE") == ALERT
    assert await view.alert(26316) == ALERT
    assert await view.alert("ivo://other") is None


async def test_targets_are_listed_newest_first_with_counts(view: ViewStore) -> None:
    for number in (1, 2, 3):
        await view.put_alert(
            ALERT.model_copy(update={"id": number, "ivorn": f"ivo://T{number}"})
        )
    target = recorded().frame.target.model_copy(update={"alert_id": 2})
    frame = recorded().frame.model_copy(update={"target": target})
    for number in (1, 2):
        await view.put_observation(recorded(observation_id=number, frame=frame))
    rows = await view.alerts(0, 20, observed=False)
    assert [(alert.id, count) for alert, count in rows] == [(3, 0), (2, 2), (1, 0)]
    rows = await view.alerts(0, 20, observed=True)
    assert [(alert.id, count) for alert, count in rows] == [(2, 2)]
    assert [one.id for one, _ in await view.alerts(1, 1, observed=False)] == [2]
    assert [
        one.id for one, _ in await view.alerts(0, 9, observed=False, part="t3")
    ] == [3]
    assert await view.counts_by_observer([OBSERVER.id, 9]) == {OBSERVER.id: 2}


async def test_a_report_is_kept_bit_for_bit(view: ViewStore) -> None:
    report = solved()
    await view.put_report(report)
    await view.put_report(report)
    assert await view.report(report.frame.upload_id) == report
    assert await view.report(uuid4()) is None
