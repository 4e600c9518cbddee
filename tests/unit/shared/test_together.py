"""Many messages are one piece of work; a bad one fails alone."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from shared.contracts.alerts import PacketReceived
from shared.contracts.base import Event
from shared.together import Together

BAD = "bad" * 21 + "0"


class AwayError(Exception):
    """The store is away."""


class Work:
    """Says each event again; works only when it may."""

    def __init__(self) -> None:
        self.lots: list[list[str]] = []
        self.may = asyncio.Event()
        self.away = False

    async def __call__(self, lot: Sequence[PacketReceived]) -> list[list[Event]]:
        names = [one.packet for one in lot]
        self.lots.append(names)
        await self.may.wait()
        if self.away:
            raise AwayError
        if BAD in names:
            raise ValueError(BAD)
        return [[one] for one in lot]


def event(name: str) -> PacketReceived:
    return PacketReceived(packet=name, request_id=UUID(int=1))


def is_away(fault: Exception) -> bool:
    return isinstance(fault, AwayError)


def named(*names: str) -> list[str]:
    return [name.ljust(64, "0") for name in names]


async def begun(
    together: Together[PacketReceived, list[Event]], names: Sequence[str]
) -> list[asyncio.Task[list[Event]]]:
    """Let each message come, one after the other."""
    tasks = []
    for name in names:
        tasks.append(asyncio.ensure_future(_called(together, name)))
        await asyncio.sleep(0)
    return tasks


async def _called(
    together: Together[PacketReceived, list[Event]], name: str
) -> list[Event]:
    return await together(event(name))


async def test_who_comes_meanwhile_is_the_next_lot() -> None:
    work = Work()
    names = named("1", "2", "3", "4", "5")
    tasks = await begun(Together(work, 3, is_away), names)
    work.may.set()
    assert await asyncio.gather(*tasks) == [[event(name)] for name in names]
    assert work.lots == [names[:1], names[1:4], names[4:]]


async def test_a_bad_message_fails_alone() -> None:
    work = Work()
    names = [*named("1", "2"), BAD, *named("3")]
    tasks = await begun(Together(work, 9, is_away), names)
    work.may.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [list, list, ValueError, list]
    assert work.lots[2:] == [[name] for name in names[1:]]


async def test_a_store_that_is_away_is_asked_once_for_all() -> None:
    work = Work()
    work.away = True
    tasks = await begun(Together(work, 9, is_away), named("1", "2", "3"))
    work.may.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [AwayError] * 3
    assert [len(lot) for lot in work.lots] == [1, 2]


@pytest.mark.parametrize("given_up", [0, 1, 2])
async def test_who_gives_up_takes_nobody_along(given_up: int) -> None:
    work, names = Work(), named("1", "2", "3")
    tasks = await begun(Together(work, 9, is_away), names)
    tasks.pop(given_up).cancel()
    work.may.set()
    names.pop(given_up)
    assert await asyncio.gather(*tasks) == [[event(name)] for name in names]
