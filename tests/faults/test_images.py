"""kill -9 of imager, of its child or of who charts for it: no image lost or doubled."""

import asyncio
import os
import signal
from collections import Counter
from itertools import count

import pytest
from aiohttp import ClientError

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.faults.conftest import SLOW, TARGET
from tests.support.images import frame
from tests.support.processes import children, kill
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(400)
IMAGES = 6
PASSING = {429, 500, 502, 503, 504}
SEEDS = count(60_000, IMAGES)


async def acknowledged(who: Visitor, content: bytes) -> None:
    """Upload as a script does: again, until the server has taken it."""
    while True:
        try:
            await who.send(TARGET, "frame.fits", content, noPlot="1")
        except (ClientError, RefusedError) as fault:
            if isinstance(fault, RefusedError) and fault.status not in PASSING:
                raise
            await asyncio.sleep(0.2)
        else:
            return


def strike(stack: Stack, victim: str) -> None:
    if victim == "its child":
        (child,) = children(stack, "-m services.imager")
        os.kill(child, signal.SIGKILL)
    else:
        assert kill(stack, victim) == 1


@pytest.mark.parametrize(
    "victim", ["-m services.imager", "its child", "-m services.catalog"]
)
async def test_every_acknowledged_image_ends_exactly_once(
    stack: Stack, observer: Visitor, victim: str
) -> None:
    first = next(SEEDS)
    images = {
        57700.0 + seed / 100 + 30 / 86400: frame(seed)
        for seed in range(first, first + IMAGES)
    }

    async def stored() -> Counter[int]:
        """How many images are stored how many times."""
        try:
            curve = await observer.light_curve(TARGET)
        except (ClientError, RefusedError):
            return Counter()
        ours = Counter(round(mjd, 5) for mjd in curve["mjd"])
        return Counter(ours[round(mjd, 5)] for mjd in images if ours[round(mjd, 5)])

    async with asyncio.TaskGroup() as group:
        for content in images.values():
            _ = group.create_task(acknowledged(observer, content))
        await eventually(stored, SLOW, lambda found: sum(found.values()) >= 2)
        strike(stack, victim)
    found = await eventually(stored, SLOW, lambda found: sum(found.values()) >= IMAGES)
    assert found == {1: IMAGES}
