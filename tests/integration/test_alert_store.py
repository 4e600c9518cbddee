"""Targets and observations in a real document store."""

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from services.alerts.admin import announcements
from services.alerts.handlers import (
    on_alert_requested,
    on_calibration_solved,
    on_deletion_requested,
)
from services.alerts.store import AlertStore
from shared.contracts.alerts import (
    AlertCreated,
    AlertRevised,
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import AlertRequested, DeletionRequested
from shared.contracts.values import Observer
from shared.mongo import Database
from tests.support.builders import OBSERVER, REQUEST, solved

STRANGER = Observer(id=99, name="Somebody else")


@pytest.fixture
async def store(connected: Callable[[str], Database]) -> AlertStore:
    store = AlertStore(connected(f"alerts_{uuid4().hex[:8]}"))
    await store.prepare()
    await store.prepare()
    return store


def requested(**changes: object) -> AlertRequested:
    event = AlertRequested(
        request_id=REQUEST,
        ivorn="ivo://Gaia16aye",
        ra=295.0,
        dec=30.1,
        observer=OBSERVER,
    )
    return event.model_copy(update=changes)


def upload(frame_id: UUID | None = None, **changes: object) -> CalibrationSolved:
    return solved(
        upload_id=uuid4(), frame_id=uuid4() if frame_id is None else frame_id, **changes
    )


async def recorded(store: AlertStore, event: CalibrationSolved) -> ObservationRecorded:
    (said,) = await on_calibration_solved(event, store=store)
    assert isinstance(said, ObservationRecorded)
    return said


async def curve(store: AlertStore) -> list[ObservationRecorded]:
    return [
        one
        async for one in store.observations()
        if isinstance(one, ObservationRecorded)
    ]


async def test_targets_get_running_numbers(store: AlertStore) -> None:
    numbers = []
    for name in ("ivo://A", "ivo://B", "ivo://TT Tri"):
        (said,) = await on_alert_requested(requested(ivorn=name), store=store)
        assert isinstance(said, AlertCreated)
        numbers.append(said.alert.id)
    assert numbers == [1, 2, 3]


async def test_the_same_target_entered_at_once_is_one_target(store: AlertStore) -> None:
    said = await asyncio.gather(
        *(
            on_alert_requested(requested(ivorn=name), store=store)
            for name in ("ivo://Gaia16aye", "ivo://GAIA16AYE", "IVO://gaia16aye") * 5
        )
    )
    alerts = [event.alert for (event,) in said if isinstance(event, AlertCreated)]
    assert len(alerts) == 15
    assert len({alert.id for alert in alerts}) == 1
    assert [alert async for alert in store.alerts()] == [alerts[0]]


async def test_only_the_creator_corrects_a_target(store: AlertStore) -> None:
    await on_alert_requested(requested(), store=store)
    (refused,) = await on_alert_requested(
        requested(ra=295.1, observer=STRANGER), store=store
    )
    assert isinstance(refused, RequestRefused)
    assert "exists already" in refused.message
    (revised,) = await on_alert_requested(requested(ra=295.1), store=store)
    assert isinstance(revised, AlertRevised)
    assert (revised.alert.ra, revised.alert.revision) == (295.1, 2)
    assert [alert async for alert in store.alerts()] == [revised.alert]


async def test_a_name_that_is_no_ivorn_is_refused(store: AlertStore) -> None:
    (said,) = await on_alert_requested(requested(ivorn="Gaia16aye"), store=store)
    assert isinstance(said, RequestRefused)
    assert said.request_id == REQUEST


async def test_a_point_redelivered_is_the_same_point(store: AlertStore) -> None:
    event = upload()
    first = await recorded(store, event)
    again = await asyncio.gather(*(recorded(store, event) for _ in range(10)))
    assert {(one.observation_id, one.revision) for one in again} == {
        (first.observation_id, 1)
    }
    assert len(await curve(store)) == 1


async def test_the_same_frame_twice_is_one_observation_revised(
    store: AlertStore,
) -> None:
    frame_id = uuid4()
    first = await recorded(store, upload(frame_id))
    second = await recorded(store, upload(frame_id, comment="forced"))
    assert second.observation_id == first.observation_id
    assert (first.revision, second.revision) == (1, 2)
    (point,) = await curve(store)
    assert point.frame.comment == "forced"


async def test_the_same_frame_at_once_gives_every_upload_its_own_revision(
    store: AlertStore,
) -> None:
    frame_id = uuid4()
    points = await asyncio.gather(
        *(recorded(store, upload(frame_id)) for _ in range(8))
    )
    assert {point.observation_id for point in points} == {points[0].observation_id}
    assert sorted(point.revision for point in points) == list(range(1, 9))


async def test_a_late_redelivery_answers_with_its_own_record(store: AlertStore) -> None:
    frame_id = uuid4()
    event = upload(frame_id)
    await recorded(store, event)
    await recorded(store, upload(frame_id))
    late = await recorded(store, event)
    assert late.frame.upload_id == event.frame.upload_id
    assert late.revision == 1


async def test_a_dry_run_stores_nothing(store: AlertStore) -> None:
    said = await recorded(store, upload(dry_run=True))
    assert not said.stored
    assert said.observation_id is None
    assert await curve(store) == []


async def deleted(
    store: AlertStore, number: int | None, observer: Observer = OBSERVER
) -> ObservationDeleted | RequestRefused:
    event = DeletionRequested(
        request_id=REQUEST, observation_id=number or 1, observer=observer
    )
    (said,) = await on_deletion_requested(event, store=store)
    assert isinstance(said, ObservationDeleted | RequestRefused)
    return said


async def test_only_the_owner_deletes_a_point(store: AlertStore) -> None:
    point = await recorded(store, upload())
    refused = await deleted(store, point.observation_id, STRANGER)
    assert isinstance(refused, RequestRefused)
    assert "belongs to another observer" in refused.message
    done = await deleted(store, point.observation_id)
    assert isinstance(done, ObservationDeleted)
    assert done.revision == 2
    assert await curve(store) == []


async def test_deleting_twice_changes_nothing(store: AlertStore) -> None:
    point = await recorded(store, upload())
    assert await deleted(store, point.observation_id) == await deleted(
        store, point.observation_id
    )


async def test_a_point_that_is_not_there_is_refused(store: AlertStore) -> None:
    refused = await deleted(store, 4711)
    assert isinstance(refused, RequestRefused)
    assert refused.message == "There is no observation 4711."


async def test_a_deletion_can_be_taken_back(store: AlertStore) -> None:
    point = await recorded(store, upload())
    await deleted(store, point.observation_id)
    back = await store.restore(point.observation_id or 0)
    assert back is not None
    assert (back.observation_id, back.revision) == (point.observation_id, 3)
    assert len(await curve(store)) == 1


async def test_a_redelivery_does_not_bring_a_deleted_point_back(
    store: AlertStore,
) -> None:
    event = upload()
    point = await recorded(store, event)
    await deleted(store, point.observation_id)
    await recorded(store, event)
    assert await curve(store) == []


async def test_uploading_a_deleted_frame_again_brings_it_back(
    store: AlertStore,
) -> None:
    frame_id = uuid4()
    point = await recorded(store, upload(frame_id))
    await deleted(store, point.observation_id)
    again = await recorded(store, upload(frame_id))
    assert (again.observation_id, again.revision) == (point.observation_id, 3)
    assert len(await curve(store)) == 1


async def test_everything_is_announced_as_it_is_now(store: AlertStore) -> None:
    await on_alert_requested(requested(), store=store)
    points = [await recorded(store, upload()) for _ in range(2)]
    await deleted(store, points[1].observation_id)
    said = [event async for event in announcements(store)]
    assert [type(event) for event in said] == [
        AlertCreated,
        ObservationRecorded,
        ObservationDeleted,
    ]
    assert said[1] == points[0]


async def test_corrections_made_at_once_are_made_one_after_the_other(
    store: AlertStore,
) -> None:
    await on_alert_requested(requested(), store=store)
    said = await asyncio.gather(
        *(on_alert_requested(requested(ra=ra), store=store) for ra in (10, 20, 30))
    )
    revisions = [event.alert for (event,) in said if isinstance(event, AlertRevised)]
    assert sorted(alert.revision for alert in revisions) == [2, 3, 4]
    (kept,) = [alert async for alert in store.alerts()]
    assert kept in revisions
    assert kept.revision == 4


async def test_a_deletion_redelivered_does_not_delete_what_came_later(
    store: AlertStore,
) -> None:
    frame_id = uuid4()
    point = await recorded(store, upload(frame_id))
    await deleted(store, point.observation_id)
    await recorded(store, upload(frame_id))
    await deleted(store, point.observation_id)
    assert len(await curve(store)) == 1
