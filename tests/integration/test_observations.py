"""Observations in a real document store."""

import asyncio
from uuid import uuid4

from services.alerts.admin.announcing import announcements
from services.alerts.handlers.observations import (
    on_deletion_requested,
)
from services.alerts.handlers.targets import on_alert_requested
from services.alerts.reading import read_packet
from services.alerts.store.unreadable import raised
from shared.contracts.alerts import (
    AlertCreated,
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.gateway import (
    AlertRequested,
    DeletionRequested,
)
from shared.contracts.values import Observer
from tests.support.alerts import Owned
from tests.support.builders import OBSERVER, REQUEST
from tests.support.points import curve, recorded, upload

STRANGER = Observer(id=99, name="Somebody else")


async def test_a_point_redelivered_is_the_same_point(owned: Owned) -> None:
    event = upload()
    first = await recorded(owned, event)
    again = await asyncio.gather(*(recorded(owned, event) for _ in range(10)))
    assert {(one.observation_id, one.revision) for one in again} == {
        (first.observation_id, 1)
    }
    assert len(await curve(owned)) == 1


async def test_the_same_frame_twice_is_one_observation_revised(
    owned: Owned,
) -> None:
    frame_id = uuid4()
    first = await recorded(owned, upload(frame_id))
    second = await recorded(owned, upload(frame_id, comment="forced"))
    assert second.observation_id == first.observation_id
    assert (first.revision, second.revision) == (1, 2)
    (point,) = await curve(owned)
    assert point.frame.comment == "forced"


async def test_the_same_frame_at_once_gives_every_upload_its_own_revision(
    owned: Owned,
) -> None:
    frame_id = uuid4()
    points = await asyncio.gather(
        *(recorded(owned, upload(frame_id)) for _ in range(8))
    )
    assert {point.observation_id for point in points} == {points[0].observation_id}
    assert sorted(point.revision for point in points) == list(range(1, 9))


async def test_a_late_redelivery_answers_with_its_own_record(owned: Owned) -> None:
    frame_id = uuid4()
    event = upload(frame_id)
    await recorded(owned, event)
    await recorded(owned, upload(frame_id))
    late = await recorded(owned, event)
    assert late.frame.upload_id == event.frame.upload_id
    assert late.revision == 1


async def test_a_dry_run_stores_nothing(owned: Owned) -> None:
    said = await recorded(owned, upload(dry_run=True))
    assert not said.stored
    assert said.observation_id is None
    assert await curve(owned) == []


async def deleted(
    owned: Owned, number: int | None, observer: Observer = OBSERVER
) -> ObservationDeleted | RequestRefused:
    event = DeletionRequested(
        request_id=REQUEST, observation_id=number or 1, observer=observer
    )
    (said,) = await on_deletion_requested(event, observations=owned.observations)
    assert isinstance(said, ObservationDeleted | RequestRefused)
    return said


async def test_only_the_owner_deletes_a_point(owned: Owned) -> None:
    point = await recorded(owned, upload())
    refused = await deleted(owned, point.observation_id, STRANGER)
    assert isinstance(refused, RequestRefused)
    assert "belongs to another observer" in refused.message
    done = await deleted(owned, point.observation_id)
    assert isinstance(done, ObservationDeleted)
    assert done.revision == 2
    assert await curve(owned) == []


async def test_deleting_twice_changes_nothing(owned: Owned) -> None:
    point = await recorded(owned, upload())
    assert await deleted(owned, point.observation_id) == await deleted(
        owned, point.observation_id
    )


async def test_a_point_that_is_not_there_is_refused(owned: Owned) -> None:
    refused = await deleted(owned, 4711)
    assert isinstance(refused, RequestRefused)
    assert refused.message == "There is no observation 4711."


async def test_a_deletion_can_be_taken_back(owned: Owned) -> None:
    point = await recorded(owned, upload())
    await deleted(owned, point.observation_id)
    back = await owned.observations.restore(point.observation_id or 0, uuid4())
    assert isinstance(back, ObservationRecorded)
    assert (back.observation_id, back.revision) == (point.observation_id, 3)
    assert len(await curve(owned)) == 1


async def test_a_redelivery_does_not_bring_a_deleted_point_back(
    owned: Owned,
) -> None:
    event = upload()
    point = await recorded(owned, event)
    await deleted(owned, point.observation_id)
    await recorded(owned, event)
    assert await curve(owned) == []


async def test_uploading_a_deleted_frame_again_brings_it_back(
    owned: Owned,
) -> None:
    frame_id = uuid4()
    point = await recorded(owned, upload(frame_id))
    await deleted(owned, point.observation_id)
    again = await recorded(owned, upload(frame_id))
    assert (again.observation_id, again.revision) == (point.observation_id, 3)
    assert len(await curve(owned)) == 1


async def test_everything_is_announced_as_it_is_now(owned: Owned) -> None:
    asked = AlertRequested(
        request_id=REQUEST, ivorn="ivo://X", ra=295.0, dec=30.1, observer=OBSERVER
    )
    await on_alert_requested(asked, targets=owned.targets)
    points = [await recorded(owned, upload()) for _ in range(2)]
    await deleted(owned, points[1].observation_id)
    said = [event async for event in announcements(owned.database, raised, read_packet)]
    assert [type(event) for event in said] == [
        AlertCreated,
        ObservationRecorded,
        ObservationDeleted,
    ]
    assert said[1] == points[0]


async def test_a_deletion_redelivered_does_not_delete_what_came_later(
    owned: Owned,
) -> None:
    frame_id = uuid4()
    point = await recorded(owned, upload(frame_id))
    await deleted(owned, point.observation_id)
    await recorded(owned, upload(frame_id))
    await deleted(owned, point.observation_id)
    assert len(await curve(owned)) == 1


async def test_what_cannot_be_said_is_named_and_stops_nothing(owned: Owned) -> None:
    points = [await recorded(owned, upload()) for _ in range(2)]
    spoilt = {"$set": {"records.0.frame.mjd": float("inf")}}
    await owned.database["observations"].update_one(
        {"_id": points[0].observation_id}, spoilt
    )
    unsaid: list[str] = []
    said = [
        event
        async for event in announcements(
            owned.database, lambda what, _: unsaid.append(what), read_packet
        )
    ]
    assert said == [points[1]]
    assert unsaid == [f"observation {points[0].observation_id}"]
