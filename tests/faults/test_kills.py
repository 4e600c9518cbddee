"""kill -9 of any process amid many uploads: none is lost, none doubled."""

import asyncio
import signal
from collections import Counter
from itertools import count
from typing import Any

import pytest
from aiohttp import ClientError

from stack.night import Image
from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.faults.conftest import SLOW, TARGET
from tests.support.processes import BROKER, find, kill
from tests.support.server import image
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(400)
UPLOADS = 40
AT_ONCE = 8
PASSING = {429, 500, 502, 503, 504}
SEEDS = count(1000, UPLOADS)


async def acknowledged(who: Visitor, one: Image) -> dict[str, Any]:
    """Upload as a script does: again, until the server has taken it."""
    while True:
        try:
            return await who.upload(TARGET, one, noPlot="1")
        except (ClientError, RefusedError) as fault:
            if isinstance(fault, RefusedError) and fault.status not in PASSING:
                raise
            await asyncio.sleep(0.2)


async def many_uploads(
    who: Visitor, images: list[Image], half_way: asyncio.Event
) -> None:
    doors, done = asyncio.Semaphore(AT_ONCE), count(1)

    async def upload(one: Image) -> None:
        async with doors:
            await acknowledged(who, one)
        if next(done) == UPLOADS // 3:
            half_way.set()

    async with asyncio.TaskGroup() as group:
        for one in images:
            _ = group.create_task(upload(one))


@pytest.mark.parametrize(
    "victim",
    [
        "services.gateway",
        "services.ingest",
        "services.catalog",
        "services.calibrator",
        "services.alerts",
        "secantusd-py",
        BROKER,
    ],
)
async def test_every_acknowledged_upload_ends_exactly_once(
    stack: Stack, observer: Visitor, victim: str
) -> None:
    first = next(SEEDS)
    images = [image(seed) for seed in range(first, first + UPLOADS)]
    half_way = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        _ = group.create_task(many_uploads(observer, images, half_way))
        await half_way.wait()
        assert kill(stack, victim) == 1

    async def stored() -> Counter[int]:
        """How many frames are stored how many times."""
        try:
            curve = await observer.light_curve(TARGET)
        except (ClientError, RefusedError):
            return Counter()
        ours = {one.mjd for one in images}
        return Counter(Counter(mjd for mjd in curve["mjd"] if mjd in ours).values())

    found = await eventually(stored, SLOW, lambda found: sum(found.values()) >= UPLOADS)
    assert found == {1: UPLOADS}
    curve = await observer.light_curve(TARGET)
    assert len(set(curve["id"])) == len(curve["id"])


async def test_an_upload_nobody_answers_in_time_is_answered_by_a_link(
    stack: Stack, observer: Visitor
) -> None:
    assert kill(stack, "services.calibrator", signal.SIGSTOP) == 1
    try:
        answer = await observer.upload(TARGET, image(next(SEEDS)))
        assert answer["mag"] is None
        job = answer["job_link"].removeprefix(f"{observer.url}/")
        assert (await observer.get(job, format="json"))["state"] == "waiting"
        assert (await observer.light_curve(TARGET))["alert_name"] == TARGET
    finally:
        kill(stack, "services.calibrator", signal.SIGCONT)

    async def done() -> bool:
        return bool((await observer.get(job, format="json"))["state"] == "done")

    await eventually(done)


async def test_nothing_died_that_was_not_killed(stack: Stack) -> None:
    assert len(find(stack, "-m services.")) == 6
