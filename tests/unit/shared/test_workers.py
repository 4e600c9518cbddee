import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.workers import (
    Limits,
    TooLongError,
    TooMuchMemoryError,
    WorkerDiedError,
    Workers,
)

LIMITS = Limits(seconds=30.0, memory=500_000_000)


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[Workers]:
    few = Workers("tests.support.work:misbehave", 1, LIMITS)
    async with few.running():
        yield few


async def test_many_jobs_are_done_by_a_few_children() -> None:
    few = Workers("tests.support.work:turn_round", 2, LIMITS)
    async with few.running():
        jobs = [bytes([n, n + 1]) * 100_000 for n in range(20)]
        answers = await asyncio.gather(*(few.do(job) for job in jobs))
    assert answers == [job[::-1] for job in jobs]


@pytest.mark.parametrize(
    ("job", "fault"),
    [
        (b"devour", TooMuchMemoryError),
        (b"die", WorkerDiedError),
        (b"fail", RuntimeError),
    ],
)
async def test_harmful_work_is_told_and_the_next_is_done(
    workers: Workers, job: bytes, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        await workers.do(job)
    assert await workers.do(b"next") == b"fine"


async def test_work_that_takes_too_long_is_given_up() -> None:
    hasty = Workers("tests.support.work:misbehave", 1, Limits(0.3, LIMITS.memory))
    async with hasty.running():
        with pytest.raises(TooLongError):
            await hasty.do(b"dawdle")
        assert await hasty.do(b"next") == b"fine"


async def test_what_work_prints_stands_not_in_its_answer(workers: Workers) -> None:
    assert await workers.do(b"print") == b"fine"


async def test_a_child_that_was_killed_while_idle_is_noticed(workers: Workers) -> None:
    async with workers.running():
        child = await workers._idle.get()
        assert child is not None
        child._process.kill()
        await child._process.wait()
        workers._idle.put_nowait(child)
        outcomes = await asyncio.gather(
            *(workers.do(b"next") for _ in range(3)), return_exceptions=True
        )
    assert outcomes.count(b"fine") >= 2
    assert any(isinstance(one, WorkerDiedError) for one in outcomes)
