"""Work beside a block ends with it, and ends it by a fault."""

import asyncio

import pytest

from shared.background import in_background


async def test_the_work_ends_with_the_block() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with in_background(work()):
        await asyncio.sleep(0)
        assert not ended.is_set()
    assert ended.is_set()


async def test_a_fault_of_the_work_ends_the_block() -> None:
    async def work() -> None:
        raise ConnectionError("the store is away")

    with pytest.raises(ConnectionError, match="store is away"):
        async with in_background(work()):
            await asyncio.Event().wait()


async def test_work_that_is_done_leaves_the_block_alone() -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    async with in_background(work()):
        await asyncio.sleep(0.01)


async def test_a_fault_of_the_block_is_told_as_it_is() -> None:
    async def work() -> None:
        await asyncio.Event().wait()

    with pytest.raises(KeyError):
        async with in_background(work()):
            raise KeyError
