"""A small VTP broker for tests: it sends what it is told, and keeps the answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from services.alerts.reading.xml import guarded_root
from services.alerts.streams.framing import Clocks, framed, read_frame
from services.alerts.streams.messages import Message, message_of, written

__all__ = ["Broker", "Peer", "broker"]

CLOCKS = Clocks(idle=20, frame=5)


@dataclass
class Peer:
    """One connection of a subscriber."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, document: bytes) -> None:
        self.writer.write(framed(document))
        await self.writer.drain()

    async def say(self, role: str) -> Message:
        """Send a Transport message; return the answer."""
        await self.send(written(Message(role, "ivo://test.broker/one")))
        return await self.answer()

    async def answer(self) -> Message:
        message = message_of(guarded_root(await read_frame(self.reader, 65536, CLOCKS)))
        assert message is not None
        return message

    async def is_left(self) -> None:
        """Wait until the subscriber has closed the connection."""
        with suppress(ConnectionError):
            assert await self.reader.read() == b""


@dataclass
class Broker:
    """Connections, as they come."""

    port: int = 0
    peers: "asyncio.Queue[Peer]" = field(default_factory=asyncio.Queue)

    async def peer(self) -> Peer:
        async with asyncio.timeout(20):
            return await self.peers.get()


@asynccontextmanager
async def broker() -> AsyncIterator[Broker]:
    running = Broker()
    writers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        running.peers.put_nowait(Peer(reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()
