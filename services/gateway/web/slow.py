"""Bodies that come slowly: few from one address, and none below a least rate."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.gateway.domain.refusal import RefusalError

__all__ = ["Least", "SlowBodies"]

_TIMED_OUT = 408
_LOOK_EVERY = 0.5
_SLOW_RATE = 50_000.0


@dataclass(frozen=True)
class Least:
    """How fast a body must come.

    Attributes
    ----------
    grace
        How long [s] it may take to get going.
    rate
        Least mean rate after that [bytes/s].
    longest
        How long [s] any body may take.
    slow
        How many slow bodies one address may send at once.
    """

    grace: float
    rate: float
    longest: float
    slow: int


class SlowBodies:
    """Watches the bodies that are being read."""

    def __init__(self, least: Least) -> None:
        self._least = least
        self._slow: Counter[str] = Counter()

    @asynccontextmanager
    async def watched(
        self, address: str, came: Callable[[], int]
    ) -> AsyncIterator[None]:
        """Read a body inside the block; ``came`` tells how many bytes have come.

        Raises
        ------
        RefusalError
            It came too slowly.
        """
        try:
            async with asyncio.timeout(None) as clock:
                watch = asyncio.create_task(self._watch(address, came, clock))
                try:
                    yield
                finally:
                    watch.cancel()
        except TimeoutError as fault:
            if not clock.expired():
                raise
            sentence = "The request came too slowly: send it again."
            raise RefusalError(_TIMED_OUT, sentence) from fault

    async def _watch(
        self, address: str, came: Callable[[], int], clock: asyncio.Timeout
    ) -> None:
        now = asyncio.get_running_loop().time
        begun, slow = now(), False
        try:
            while not self._too_slow(now() - begun, came(), self._slow[address]):
                await asyncio.sleep(_LOOK_EVERY)
                if not slow and self._is_slow(now() - begun, came()):
                    self._slow[address] += 1
                    slow = True
            clock.reschedule(now())
        finally:
            if slow:
                self._slow[address] -= 1
            if not self._slow[address]:
                del self._slow[address]

    def _is_slow(self, age: float, came: int) -> bool:
        return age > self._least.grace / 3 and came < age * _SLOW_RATE

    def _too_slow(self, age: float, came: int, slow: int) -> bool:
        least = self._least
        late = age > least.grace and came < (age - least.grace) * least.rate
        crowded = slow > least.slow and self._is_slow(age, came)
        return late or crowded or age > least.longest
