"""kill -9 of the calibrator while points become a network: none is missing there."""

import asyncio
from itertools import count

import pytest
from aiohttp import ClientError

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.faults.conftest import SLOW
from tests.support.processes import kill
from tests.support.server import DEC, RA, image
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(400)
TARGET = "ivo://Networked"
FRAMES = 8
SEEDS = count(70_000, FRAMES)


async def test_a_killed_calibrator_leaves_no_point_out_of_the_network(
    stack: Stack, observer: Visitor
) -> None:
    await observer.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
    first = next(SEEDS)

    async def acknowledged(seed: int) -> None:
        while True:
            try:
                await observer.upload(
                    TARGET, image(seed), forceFilter="APASS/r", noPlot="1"
                )
            except (ClientError, RefusedError):
                await asyncio.sleep(0.2)
            else:
                return

    async def taken() -> int:
        try:
            found = await observer.get("api/v1/targets/Networked/network")
        except (ClientError, RefusedError):
            return 0
        return sum(len(band["points"]["id"]) for band in found["bands"])

    async with asyncio.TaskGroup() as group:
        for seed in range(first, first + FRAMES):
            _ = group.create_task(acknowledged(seed))
        await eventually(taken, SLOW, lambda points: points >= 2)
        assert kill(stack, "-m services.calibrator") == 1
    assert await eventually(taken, SLOW, lambda points: points >= FRAMES) == FRAMES
