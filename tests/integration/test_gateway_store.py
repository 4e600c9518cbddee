"""The gateway's view, jobs, observers and files in a real document store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from services.gateway.admin import operate
from services.gateway.store.jobs import JobStore
from services.gateway.store.observers import ObserverStore
from services.gateway.store.view import ViewStore
from shared.blobs import BlobMissingError, BlobStore
from shared.contracts.alerts import (
    ObservationDeleted,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.gateway import DeletionRequested
from shared.mongo import Database, answers, connect
from shared.settings import ServiceSettings
from tests.support.builders import ALERT, OBSERVER, recorded, solved
from tests.support.waiting import eventually


@pytest.fixture
def database(connected: Callable[[str], Database]) -> Database:
    return connected(f"gateway_{uuid4().hex[:8]}")


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


class Said:
    """Remembers what was published; fails while it is told to."""

    def __init__(self) -> None:
        self.events: list[tuple[UUID, Event]] = []
        self.away = False

    async def __call__(
        self, event: Event, *, id: UUID, correlation_id: UUID | None = None
    ) -> None:
        assert correlation_id is not None
        if self.away:
            raise ConnectionError("away")
        self.events.append((id, event))

    async def anything(self) -> bool:
        return bool(self.events)


@pytest.fixture
async def jobs(database: Database) -> JobStore:
    store = JobStore(database)
    await store.prepare()
    return store


@pytest.fixture
async def moving(jobs: JobStore) -> AsyncIterator[JobStore]:
    async with jobs.kept_moving(Said()):
        yield jobs


def deletion() -> DeletionRequested:
    return DeletionRequested(request_id=uuid4(), observation_id=7, observer=OBSERVER)


async def test_whoever_waits_for_a_job_is_woken_by_its_end(moving: JobStore) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    waiting = [
        asyncio.create_task(moving.ended(event.request_id, 30)) for _ in range(3)
    ]
    await moving.finish(event.request_id, DELETED)
    for job in await asyncio.gather(*waiting):
        assert job is not None
        assert job.state == "done"
        assert job.answer["observation_id"] == 7


async def test_the_first_answer_counts(moving: JobStore) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    refused = RequestRefused(request_id=event.request_id, message="no", hint="ask")
    await moving.refuse(event.request_id, refused.message, refused.hint)
    await moving.finish(event.request_id, DELETED)
    job = await moving.ended(event.request_id, 30)
    assert job is not None
    assert (job.state, job.message, job.hint) == ("refused", "no", "ask")


async def test_a_job_that_does_not_end_is_returned_as_it_is(moving: JobStore) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    job = await moving.ended(event.request_id, 0.05)
    assert job is not None
    assert job.state == "waiting"
    assert await moving.ended(uuid4(), 0.05) is None


async def test_what_a_dead_gateway_left_unsaid_is_said_by_the_next(
    jobs: JobStore,
) -> None:
    event, said = deletion(), Said()
    said.away = True
    with pytest.raises(ConnectionError):
        await jobs.submit(event.request_id, 2, event, said)
    said.away = False
    async with jobs.kept_moving(said):
        await eventually(said.anything)
    first = deletion()
    await jobs.submit(first.request_id, 2, first, said)
    assert [one for _, one in said.events] == [event, first]
    again = Said()
    async with jobs.kept_moving(again):
        await asyncio.sleep(0)
    assert again.events == []


@pytest.fixture
async def observers(database: Database) -> ObserverStore:
    store = ObserverStore(database, session_days=1)
    await store.prepare()
    return store


async def test_of_a_hashtag_only_the_hash_is_stored(
    observers: ObserverStore, database: Database
) -> None:
    await observers.add(
        name="Ostrowik",
        longitude=21.4,
        latitude=52.1,
        allow_upload=True,
        hashtag="s3cret",
    )
    found = await observers.by_hashtag("s3cret")
    assert found is not None
    assert found.name == "Ostrowik"
    assert await observers.by_hashtag("S3cret") is None
    kept = [str(document) async for document in database["observers"].find()]
    assert kept
    assert "s3cret" not in "".join(kept)


async def test_a_replaced_hashtag_ends_its_sessions(observers: ObserverStore) -> None:
    one = await observers.add(
        name="A", longitude=0, latitude=0, allow_upload=True, hashtag="old"
    )
    await observers.open_session("token", one)
    assert await observers.by_session("token") == one
    assert await observers.set_hashtag(one.id, "new")
    assert await observers.by_session("token") is None
    assert await observers.by_hashtag("old") is None
    assert await observers.by_hashtag("new") == one


async def test_a_rotated_hashtag_of_the_administrator_survives_a_restart(
    observers: ObserverStore,
) -> None:
    await observers.make_admin("first")
    assert await observers.set_hashtag(1, "second")
    await observers.make_admin("first")
    assert await observers.by_hashtag("first") is None
    admin = await observers.by_hashtag("second")
    assert admin is not None
    assert admin.is_admin


async def test_a_file_is_kept_once_under_its_sha256(
    connected: Callable[[str], Database],
) -> None:
    blobs = BlobStore(connected("blobs"))
    content = uuid4().bytes * 50_000
    digest = await blobs.put(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert await blobs.put(content) == digest
    assert await blobs.get(digest) == content
    files = connected("blobs")["fs.files"]
    assert await files.count_documents({"filename": digest}) == 1
    with pytest.raises(BlobMissingError):
        await blobs.get("0" * 64)


async def test_a_store_that_is_away_is_told(
    connected: Callable[[str], Database], infrastructure: ServiceSettings
) -> None:
    assert await answers(connected("gateway"))
    nowhere = infrastructure.model_copy(update={"mongo_url": "mongodb://127.0.0.1:1/"})
    away = connect(nowhere, "gateway", patience=0.1)
    assert not await answers(away)
    away.client.close()


async def test_the_operator_rotates_and_revokes_hashtags(
    observers: ObserverStore,
) -> None:
    one = await observers.add(
        name="A", longitude=0, latitude=0, allow_upload=True, hashtag="old"
    )
    other = await observers.add(
        name="B", longitude=0, latitude=0, allow_upload=True, hashtag="other"
    )
    (line,) = await operate(observers, "rotate", one.id)
    assert await observers.by_hashtag("old") is None
    assert await observers.by_hashtag(line.partition(": ")[2]) == one
    for observer in (one, other):
        await operate(observers, "revoke", observer.id)
    assert await observers.by_hashtag("other") is None
    assert await operate(observers, "revoke", 99) == ["There is no observer 99."]
    assert [line.split() for line in await operate(observers, "list", 0)] == [
        [str(one.id), "A"],
        [str(other.id), "B"],
    ]
