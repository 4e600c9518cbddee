"""How much of visitors' files is held at once: in memory, and in work."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from services.gateway.domain.refusal import RefusalError

__all__ = ["Hold", "Places", "Room"]

_UNAVAILABLE = 503
_STRANGERS_SHARE = 4
_COME_AGAIN = 5


def _busy() -> RefusalError:
    sentence = f"The server is busy: try again in {_COME_AGAIN} s."
    return RefusalError(_UNAVAILABLE, sentence, wait=_COME_AGAIN)


class Room:
    """Memory for the bodies of requests.

    Strangers, whose hashtag has not come yet, have a quarter of it, and one address
    of theirs half of that: they never crowd out those who are known.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._held = 0
        self._strangers: Counter[str] = Counter()

    @contextmanager
    def hold(self, address: str) -> Iterator["Hold"]:
        """Hold a body that an address sends while the block runs."""
        hold = Hold(self, address)
        try:
            yield hold
        finally:
            hold.let_go()

    def has(self, count: int, stranger: str | None) -> bool:
        """Tell whether there is room for so many bytes."""
        if self._held + count > self.size:
            return False
        if stranger is None:
            return True
        share = self.size // _STRANGERS_SHARE
        theirs, mine = self._strangers.total(), self._strangers[stranger]
        return theirs + count <= share and mine + count <= share // 2

    def take(self, count: int, stranger: str | None) -> None:
        """Take so many bytes.

        Raises
        ------
        RefusalError
            There is no room.
        """
        if not self.has(count, stranger):
            raise _busy()
        self.give_back(-count, stranger)

    def give_back(self, count: int, stranger: str | None) -> None:
        """Give so many bytes back."""
        self._held -= count
        if stranger is not None:
            self._strangers[stranger] -= count
            if not self._strangers[stranger]:
                del self._strangers[stranger]


class Hold:
    """What one body takes of the room; a stranger's until somebody is known."""

    def __init__(self, room: Room, address: str) -> None:
        self._room = room
        self._stranger: str | None = address
        self._bytes = 0

    def may_grow(self, count: int) -> bool:
        """Tell whether there is room for so many bytes more."""
        return self._room.has(count, self._stranger)

    def grow(self, count: int) -> None:
        """Take so many bytes more.

        Raises
        ------
        RefusalError
            There is no room.
        """
        self._room.take(count, self._stranger)
        self._bytes += count

    def vouch(self) -> None:
        """Count the body as one of somebody who is known."""
        self._room.give_back(self._bytes, self._stranger)
        self._stranger = None
        self._room.take(self._bytes, None)

    def let_go(self) -> None:
        """Give all of it back."""
        self._room.give_back(self._bytes, self._stranger)
        self._bytes = 0


class Places:
    """A number of places; who finds none for a while is told to come again."""

    def __init__(self, count: int, patience: float = 1.5) -> None:
        self._free = asyncio.Semaphore(count)
        self._patience = patience

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self._free.locked()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Have a place while the block runs.

        Raises
        ------
        RefusalError
            None became free in time.
        """
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError as fault:
            raise _busy() from fault
        try:
            yield
        finally:
            self._free.release()
