import asyncio

import pytest

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.slow import Least, SlowBodies

HASTY = Least(grace=0.0, rate=1000.0, longest=60.0, slow=8)


async def test_a_body_that_does_not_come_is_given_up() -> None:
    bodies = SlowBodies(HASTY)
    with pytest.raises(RefusalError, match="came too slowly") as fault:
        async with bodies.watched("a", lambda: 0):
            await asyncio.Event().wait()
    assert fault.value.status == 408


async def test_one_that_comes_fast_is_left_alone() -> None:
    bodies = SlowBodies(HASTY)
    async with bodies.watched("a", lambda: 10**9):
        await asyncio.sleep(0)


async def test_a_time_limit_of_the_work_inside_is_its_own() -> None:
    bodies = SlowBodies(Least(grace=60, rate=1, longest=60, slow=8))

    async def read() -> None:
        async with bodies.watched("a", lambda: 0), asyncio.timeout(0):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await read()


async def test_one_address_may_send_a_few_slow_bodies_at_once() -> None:
    bodies = SlowBodies(Least(grace=0.1, rate=0.0, longest=60, slow=2))
    done = asyncio.Event()

    async def send(address: str) -> str:
        try:
            async with bodies.watched(address, lambda: 0):
                await done.wait()
        except RefusalError:
            return "refused"
        return "read"

    senders = [asyncio.create_task(send("a")) for _ in range(5)]
    other = asyncio.create_task(send("b"))
    refused = 0
    for ended in asyncio.as_completed(senders):
        refused += await ended == "refused"
        if refused == 3:
            break
    done.set()
    told = await asyncio.gather(*senders)
    assert sorted(told) == ["read"] * 2 + ["refused"] * 3
    assert await other == "read"
