"""The gateway's jobs in a real document store."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from services.gateway.store.jobs import JobStore
from shared.contracts.alerts import (
    ObservationDeleted,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.gateway import DeletionRequested
from shared.mongo import Database
from tests.support.builders import OBSERVER
from tests.support.waiting import eventually


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


DELETED = ObservationDeleted(observation_id=7, alert_id=26316, revision=2)


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
        assert job.answer == DELETED


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
    jobs: JobStore, database: Database
) -> None:
    event, said = deletion(), Said()
    said.away = True
    with pytest.raises(ConnectionError):
        await jobs.submit(event.request_id, 2, event, said)
    said.away = False
    first = deletion()
    async with jobs.kept_moving(said):
        await eventually(said.anything)
        await jobs.submit(first.request_id, 2, first, said)

        async def noted() -> bool:
            return await database["jobs"].count_documents({"said": False}) == 0

        await eventually(noted)
    assert [one for _, one in said.events] == [event, first]


async def test_stages_are_kept_with_the_end_that_follows(moving: JobStore) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    reached = [
        asyncio.create_task(moving.reach(event.request_id, name, f"of {name}"))
        for name in ("parsed", "matched")
    ]
    await asyncio.sleep(0)
    before = await moving.find(event.request_id)
    assert before is not None
    assert before.stages == ()
    await moving.finish(event.request_id, DELETED, stored="observation 7")
    await asyncio.gather(*reached)
    job = await moving.find(event.request_id)
    assert job is not None
    stages = [(name, about) for name, about, _ in job.stages]
    assert stages == [
        ("parsed", "of parsed"),
        ("matched", "of matched"),
        ("stored", "observation 7"),
    ]


async def test_a_stage_of_a_job_of_another_gateway_is_kept_at_once(
    moving: JobStore, database: Database
) -> None:
    event = deletion()
    await JobStore(database).submit(event.request_id, 2, event, Said())
    async with asyncio.timeout(30):
        await moving.reach(event.request_id, "parsed", "5 stars")
    job = await moving.find(event.request_id)
    assert job is not None
    assert [name for name, *_ in job.stages] == ["parsed"]


async def test_who_asked_here_is_handed_the_end(
    moving: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    await moving.finish(event.request_id, DELETED)
    kept = await moving.find(event.request_id)

    async def none(_: object) -> None:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(moving, "find", none)
    job = await moving.ended(event.request_id, 30)
    assert job is not None
    assert kept is not None
    assert (job.state, job.answer) == (kept.state, kept.answer)
    assert job.ended is not None


async def test_a_stage_is_kept_once_and_after_the_end_too(moving: JobStore) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    await moving.reach(event.request_id, "parsed", "5 stars")
    before = await moving.find(event.request_id)
    await moving.refuse(event.request_id, "no", "")
    await moving.reach(event.request_id, "parsed", "5 stars")
    await moving.reach(event.request_id, "matched", "APASS 5")
    await moving.finish(event.request_id, DELETED, stored="observation 7")
    job = await moving.find(event.request_id)
    assert before is not None
    assert job is not None
    assert job.state == "refused"
    assert job.stages[0] == before.stages[0]
    assert [name for name, *_ in job.stages] == ["parsed", "matched", "stored"]


async def test_a_stalled_job_says_so_and_is_ended_by_a_later_answer(
    moving: JobStore,
) -> None:
    event = deletion()
    await moving.submit(event.request_id, 2, event, Said())
    await moving.stall(event.request_id, "not finished", "wait")
    stalled = await moving.ended(event.request_id, 30)
    assert stalled is not None
    assert (stalled.state, stalled.message, stalled.stalled) == (
        "refused",
        "not finished",
        True,
    )
    assert await moving.stalled() == 1
    await moving.revive(event.request_id)
    revived = await moving.find(event.request_id)
    assert revived is not None
    assert (revived.state, revived.message) == ("waiting", "")
    await moving.stall(event.request_id, "not finished", "wait")
    await moving.finish(event.request_id, DELETED)
    done = await moving.find(event.request_id)
    assert done is not None
    assert (done.state, done.answer, done.stalled) == ("done", DELETED, False)
    await moving.stall(event.request_id, "too late", "")
    assert await moving.find(event.request_id) == done


async def test_jobs_of_an_older_version_are_read(
    jobs: JobStore, database: Database
) -> None:
    event = deletion()
    await jobs.submit(event.request_id, 2, event, Said())
    await jobs.finish(event.request_id, DELETED)
    older = {
        "request": event.model_dump(mode="json"),
        "answer": DELETED.model_dump(mode="json"),
    }
    await database["jobs"].update_one({"_id": str(event.request_id)}, {"$set": older})
    await database["layouts"].delete_many({})
    await jobs.prepare()
    found = await jobs.find(event.request_id)
    assert found is not None
    assert (found.request, found.answer) == (event, DELETED)
