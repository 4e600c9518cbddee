"""A link between the services and their broker or store, with moods."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

__all__ = ["Link", "Mood"]

Mood = Literal["well", "refusing", "silent", "slow", "thin"]
"""``silent`` lets nothing through, ``slow`` adds 0.5 s, ``thin`` has 5 kB/s."""

_PIECE = 65536
_LATENCY = 0.5
_THIN = 5000.0


class Link:
    """Passes bytes on to a port of this machine."""

    def __init__(self, port: int) -> None:
        self.mood: Mood = "well"
        self.port = 0
        self._target = port
        self._open: set[asyncio.StreamWriter] = set()
        self._joined: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Link"]:
        """Listen on a port of its own while the block runs."""
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.mood = "well"
            self.cut()
            if self._joined:
                await asyncio.wait(self._joined, timeout=5)

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if (task := asyncio.current_task()) is not None:
            self._joined.add(task)
            task.add_done_callback(self._joined.discard)
        if self.mood == "refusing":
            writer.transport.abort()
            return
        try:
            far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far[1]}
        self._open |= ends
        await asyncio.gather(self._pass(reader, far[1]), self._pass(far[0], writer))
        self._open -= ends

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while piece := await reader.read(_PIECE):
                await self._as_the_mood_is(len(piece))
                writer.write(piece)
                await writer.drain()
        writer.close()

    async def _as_the_mood_is(self, count: int) -> None:
        while self.mood == "silent":  # noqa: ASYNC110 - the mood is set elsewhere
            await asyncio.sleep(0.05)
        if self.mood == "slow":
            await asyncio.sleep(_LATENCY)
        elif self.mood == "thin":
            await asyncio.sleep(count / _THIN)

    def cut(self) -> None:
        """Break every connection at once."""
        for writer in list(self._open):
            writer.transport.abort()
        self._open.clear()
