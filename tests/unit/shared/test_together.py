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
    tasks = await begun(Together(work, is_away, most=3), names)
    work.may.set()
    assert await asyncio.gather(*tasks) == [[event(name)] for name in names]
    assert work.lots == [names[:1], names[1:4], names[4:]]


async def test_a_bad_message_fails_alone() -> None:
    work = Work()
    names = [*named("1", "2"), BAD, *named("3")]
    tasks = await begun(Together(work, is_away), names)
    work.may.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [list, list, ValueError, list]
    assert work.lots[2:] == [[name] for name in names[1:]]


async def test_a_store_that_is_away_is_asked_once_for_all() -> None:
    work = Work()
    work.away = True
    tasks = await begun(Together(work, is_away), named("1", "2", "3"))
    work.may.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [AwayError] * 3
    assert [len(lot) for lot in work.lots] == [1, 2]


@pytest.mark.parametrize("given_up", [0, 1, 2])
async def test_who_gives_up_takes_nobody_along(given_up: int) -> None:
    work, names = Work(), named("1", "2", "3")
    tasks = await begun(Together(work, is_away), names)
    tasks.pop(given_up).cancel()
    work.may.set()
    names.pop(given_up)
    assert await asyncio.gather(*tasks) == [[event(name)] for name in names]


async def test_what_is_left_alone_is_worked_on_one_by_one() -> None:
    alone: list[str] = []

    async def known(lot: Sequence[PacketReceived]) -> list[list[Event] | None]:
        return [None if one.packet in names[1:] else [one] for one in lot]

    async def one_by_one(one: PacketReceived) -> list[Event]:
        alone.append(one.packet)
        if one.packet == BAD:
            raise ValueError(BAD)
        return [one, one]

    names = [*named("1"), BAD, *named("2")]
    tasks = await begun(Together(known, is_away, alone=one_by_one), names)
    first, bad, last = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, last) == ([event(names[0])], [event(names[2])] * 2)
    assert isinstance(bad, ValueError)
    assert alone == names[1:]


async def test_a_store_that_goes_away_amid_a_lot_takes_nothing_from_those_before() -> (
    None
):
    all_here = asyncio.Event()

    async def none(lot: Sequence[PacketReceived]) -> list[list[Event] | None]:
        await all_here.wait()
        return [None for _ in lot]

    tried: list[str] = []

    async def away(one: PacketReceived) -> list[Event]:
        tried.append(one.packet)
        if len(tried) > 2:
            raise AwayError
        return [one]

    names = named("1", "2", "3", "4")
    tasks = await begun(Together(none, is_away, alone=away), names)
    all_here.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [list, list, AwayError, AwayError]
    assert tried == names[:3]
