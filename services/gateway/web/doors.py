"""The doors of the site: how many connections, and how long until a request is there.

aiohttp bounds the size of a request's head, not its time: a stranger who sends it a
byte at a time would hold a connection for good. Each connection has a doorman, who
gives up on a head that does not come (408); of an address that has too many, the one
that is least far, and silent for longest, makes room.
"""

import asyncio
import resource
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from aiohttp import web
from typing_extensions import override

__all__ = ["Doors", "GuardedSite", "Stage", "most_connections"]


def _answer(status: str, sentence: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    rest = f"Content-Length: {len(sentence)}\r\nRetry-After: 5\r\nConnection: close"
    return f"{head}{rest}\r\n\r\n{sentence}".encode()


_TOO_SLOW = _answer(
    "408 Request Timeout", "The request came too slowly: send it again."
)
_FULL = _answer("503 Service Unavailable", "The server is busy: try again in 5 s.")


_SPARE = 200


class Stage(IntEnum):
    """How far a connection's request is; whoever is less far makes room first."""

    IDLE = 0
    READING = 1
    ANSWERING = 2


def most_connections() -> int:
    """Let this process open as many files as it may; return how many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return max(_SPARE, most - _SPARE)


class Doors:
    """Every open connection, by address, the longest open first.

    Parameters
    ----------
    head_time
        How long [s] the head of a request may take.
    of_one, of_all
        Most connections of one address, and of all.
    """

    def __init__(self, head_time: float, of_one: int, of_all: int) -> None:
        self.head_time = head_time
        self._of_one = of_one
        self._of_all = of_all
        self._open: dict[str, list[_Doorman]] = defaultdict(list)
        self._by_transport: dict[asyncio.BaseTransport, _Doorman] = {}

    def guarding(
        self, connection: Callable[[], asyncio.Protocol]
    ) -> Callable[[], asyncio.Protocol]:
        """Return what makes a connection with a doorman before it."""
        return lambda: _Doorman(self, connection())

    @contextmanager
    def at(
        self, stage: "Stage", transport: asyncio.BaseTransport | None
    ) -> Iterator[None]:
        """Tell the doorman how far a request is while the block runs."""
        doorman = None if transport is None else self._by_transport.get(transport)
        before = Stage.IDLE if doorman is None else doorman.stage
        if doorman is not None:
            doorman.reach(stage)
        try:
            yield
        finally:
            if doorman is not None:
                doorman.reach(before)

    def admit(self, doorman: "_Doorman", transport: asyncio.Transport) -> bool:
        """Tell whether there is room for one more; an idle one may have to go."""
        same = self._open[doorman.address]
        crowded = len(same) >= self._of_one or len(self._by_transport) >= self._of_all
        quiet = [one for one in same if one.stage is not Stage.ANSWERING]
        if crowded and quiet:
            min(quiet, key=lambda one: (one.stage, one.heard)).leave()
        elif crowded:
            return False
        same.append(doorman)
        self._by_transport[transport] = doorman
        return True

    def let_out(self, doorman: "_Doorman", transport: asyncio.Transport) -> None:
        """Forget a connection that is closed or about to be."""
        if self._by_transport.pop(transport, None) is None:
            return
        same = self._open[doorman.address]
        same.remove(doorman)
        if not same:
            del self._open[doorman.address]


class _Doorman(asyncio.Protocol):
    """Stands before one connection, with a clock for the heads of its requests."""

    def __init__(self, doors: Doors, inner: asyncio.Protocol) -> None:
        self._doors = doors
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._clock: asyncio.TimerHandle | None = None
        self.address = ""
        self.stage = Stage.IDLE
        self.heard = asyncio.get_running_loop().time()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a site is served over streams")
        self._transport = transport
        self.address = str((transport.get_extra_info("peername") or ("",))[0])
        self._inner.connection_made(transport)
        if self._doors.admit(self, transport):
            self._wait_for_head()
        else:
            self._turn_away(_FULL)

    def _wait_for_head(self) -> None:
        if self._clock is None and self.stage is Stage.IDLE:
            loop = asyncio.get_running_loop()
            self._clock = loop.call_later(self._doors.head_time, self._give_up)

    def _give_up(self) -> None:
        self._turn_away(_TOO_SLOW)

    def _turn_away(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(answer)
            self.leave()

    def leave(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._doors.let_out(self, self._transport)
            self._transport.close()

    def reach(self, stage: Stage) -> None:
        """Take it that a request is so far: then its head has come."""
        self.stage = stage
        self._stop_clock()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    @override
    def data_received(self, data: bytes) -> None:
        self._wait_for_head()
        self.heard = asyncio.get_running_loop().time()
        self._inner.data_received(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        if self._transport is not None:
            self._doors.let_out(self, self._transport)
        self._inner.connection_lost(exc)

    @override
    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    @override
    def pause_writing(self) -> None:
        self._inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._inner.resume_writing()


class GuardedSite(web.BaseSite):
    """A site whose connections have doormen."""

    def __init__(
        self, runner: web.AppRunner, doors: Doors, host: str, port: int
    ) -> None:
        super().__init__(runner)
        self._doors = doors
        self._where = (host, port)

    @property
    @override
    def name(self) -> str:
        return "http://{}:{}".format(*self._where)

    @override
    async def start(self) -> None:
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner is not set up")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._doors.guarding(server), *self._where, backlog=self._backlog
        )
