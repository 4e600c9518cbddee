"""One piece of work for all messages of a kind that wait at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shared.contracts.base import Event

__all__ = ["Together", "WorkOnMany"]

WorkOnMany = Callable[[Sequence[Any]], Awaitable[Sequence[Sequence[Event]]]]
"""Several events of a kind in; out, in the same order, what each of them causes."""


class Together:
    """A handler of one event that works on all that wait at once.

    Nobody waits for others to come: whoever comes while nothing is in work begins at
    once, and those who come meanwhile are the next lot. Where a lot fails each of it is
    tried alone, so that a bad message fails alone.

    Parameters
    ----------
    work
        What is done with a lot; done twice it does no harm.
    most
        How many a lot holds at most; as many messages are taken in hand at once.
    everybodys
        Whether a fault is everybody's, as of a store that is away: then nothing is
        tried alone.
    """

    def __init__(
        self, work: WorkOnMany, most: int, everybodys: Callable[[Exception], bool]
    ) -> None:
        self.most = most
        self._work = work
        self._everybodys = everybodys
        self._waiting: list[tuple[Event, asyncio.Future[Sequence[Event]]]] = []
        self._turn = asyncio.Lock()

    async def __call__(self, event: Event) -> Sequence[Event]:
        """Return what the event causes."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[Event]] = loop.create_future()
        self._waiting.append((event, answer))
        try:
            async with self._turn:
                if not answer.done():  # else somebody before has worked on it too
                    await self._answer(self._waiting[: self.most])
            return await answer
        finally:
            answer.cancel()
            self._waiting = [one for one in self._waiting if not one[1].done()]

    async def _answer(
        self, lot: Sequence[tuple[Event, asyncio.Future[Sequence[Event]]]]
    ) -> None:
        try:
            found = await self._work([event for event, _ in lot])
        except Exception as fault:  # noqa: BLE001 - it goes to whoever waits
            if len(lot) > 1 and not self._everybodys(fault):
                for one in lot:
                    await self._answer([one])
                return
            for _, answer in lot:
                _settle(answer, fault)
        else:
            for (_, answer), caused in zip(lot, found, strict=True):
                _settle(answer, caused)


def _settle(
    answer: asyncio.Future[Sequence[Event]], found: Sequence[Event] | Exception
) -> None:
    if answer.done():  # whoever waited has given up
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
