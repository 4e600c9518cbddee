"""One piece of work for all who wait for it at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Together"]

Given = TypeVar("Given")
Found = TypeVar("Found")


class Together(Generic[Given, Found]):
    """A function of one thing that works on all that wait at once.

    Nobody waits for others to come: whoever comes while nothing is in work begins at
    once, and those who come meanwhile are the next lot. Where a lot fails each of it is
    tried alone, so that what is bad fails alone.

    Parameters
    ----------
    work
        What is done with a lot: returns what it finds for each, in the same order.
        Done twice it does no harm.
    most
        How many a lot holds at most.
    everybodys
        Whether a fault is everybody's, as of a store that is away: then nothing is
        tried alone.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Given]], Awaitable[Sequence[Found]]],
        most: int,
        everybodys: Callable[[Exception], bool],
    ) -> None:
        self.most = most
        self._work = work
        self._everybodys = everybodys
        self._waiting: list[tuple[Given, asyncio.Future[Found]]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, given: Given) -> Found:
        """Return what is found for one."""
        answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((given, answer))
        try:
            async with self._turn:
                if not answer.done():  # else somebody before has worked on it too
                    await self._answer(self._waiting[: self.most])
            return await answer
        finally:
            answer.cancel()
            self._waiting = [one for one in self._waiting if not one[1].done()]

    async def _answer(self, lot: Sequence[tuple[Given, asyncio.Future[Found]]]) -> None:
        try:
            found = await self._work([given for given, _ in lot])
        except Exception as fault:  # noqa: BLE001 - it goes to whoever waits
            await self._part(lot, fault)
            return
        for (_, answer), one in zip(lot, found, strict=True):
            if not answer.done():  # else whoever waited has given up
                answer.set_result(one)

    async def _part(
        self, lot: Sequence[tuple[Given, asyncio.Future[Found]]], fault: Exception
    ) -> None:
        """Try each of a lot that failed alone; let all know of everybody's fault."""
        if len(lot) > 1 and not self._everybodys(fault):
            for one in lot:
                await self._answer([one])
            return
        for _, answer in lot:
            if not answer.done():
                answer.set_exception(fault)
