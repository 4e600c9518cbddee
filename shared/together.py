"""One piece of work for all who wait for it at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["LOT", "Together"]

LOT = 32
"""How many are worked on at once at most: a message may have a megabyte."""

Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True)
class _Waiting(Generic[Given, Found]):
    """One who waits; who has given up is told nothing."""

    given: Given
    answer: asyncio.Future[Found]

    def tell(self, found: Found) -> None:
        if not self.answer.done():
            self.answer.set_result(found)

    def fail(self, fault: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(fault)


class Together(Generic[Given, Found]):
    """A function of one thing that works on all that wait at once.

    Nobody waits for others to come: whoever comes while nothing is in work begins at
    once, and those who come meanwhile are the next lot. What is left alone, and each of
    a lot that fails, is worked on one by one, so that what is bad fails alone.

    Parameters
    ----------
    work
        What is done with a lot: returns what it finds for each, in the same order, or
        ``None`` for what is to be worked on alone. Done twice it does no harm.
    everybodys
        Whether a fault is everybody's, as of a store that is away: then the rest is not
        tried.
    alone
        What is done with one; by default the same as with a lot of one.
    most
        How many a lot holds at most.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Given]], Awaitable[Sequence[Found | None]]],
        everybodys: Callable[[Exception], bool],
        alone: Callable[[Given], Awaitable[Found]] | None = None,
        most: int = LOT,
    ) -> None:
        self.most = most
        self._work = work
        self._everybodys = everybodys
        self._alone = self._lot_of_one if alone is None else alone
        self._waiting: list[_Waiting[Given, Found]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, given: Given) -> Found:
        """Return what is found for one."""
        own = _Waiting[Given, Found](given, asyncio.get_running_loop().create_future())
        self._waiting.append(own)
        try:
            async with self._turn:
                if not own.answer.done():  # else somebody before has worked on it too
                    await self._answer(self._waiting[: self.most])
            return await own.answer
        finally:
            own.answer.cancel()
            self._waiting = [one for one in self._waiting if not one.answer.done()]

    async def _answer(self, lot: Sequence[_Waiting[Given, Found]]) -> None:
        found: Sequence[Found | None] = [None] * len(lot)
        fault: Exception | None = None
        try:
            found = await self._work([one.given for one in lot])
        except Exception as raised:  # noqa: BLE001 - it goes to whoever waits
            fault = raised if self._everybodys(raised) else None
        for one, answer in zip(lot, found, strict=True):
            if answer is not None:
                one.tell(answer)
            elif fault is not None:
                one.fail(fault)
            else:
                fault = await self._answer_alone(one)

    async def _answer_alone(self, one: _Waiting[Given, Found]) -> Exception | None:
        """Work on one; return a fault that is everybody's."""
        try:
            one.tell(await self._alone(one.given))
        except Exception as fault:  # noqa: BLE001 - it goes to whoever waits
            one.fail(fault)
            return fault if self._everybodys(fault) else None
        return None

    async def _lot_of_one(self, given: Given) -> Found:
        (found,) = await self._work([given])
        if found is None:
            raise TypeError("nothing was found for one, and nothing works on it alone")
        return found
