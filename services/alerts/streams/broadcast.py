"""Serves our own VOEvents to VTP subscribers; off unless an address is given."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from services.alerts.reading import UnreadableError
from services.alerts.reading.xml import guarded_root
from services.alerts.streams.framing import (
    Clocks,
    FrameTooLargeError,
    framed,
    read_frame,
)
from services.alerts.streams.messages import Message, message_of, written
from shared.background import in_background
from shared.contracts.base import Event
from shared.messaging.service import Publish

__all__ = ["Broadcast"]

_log = structlog.get_logger()
_LARGEST_REPLY = 65536
_WAITING = 1000
_MOST_SUBSCRIBERS = 100
_ADDRESS_PAUSE = 2.0

Author = Callable[[Event], Awaitable[bytes | None]]
"""Returns the VOEvent of something that alerts says; ``None`` where there is none."""


@dataclass(eq=False)
class _Subscriber:
    writer: asyncio.StreamWriter
    outgoing: asyncio.Queue[bytes] = field(
        default_factory=lambda: asyncio.Queue(_WAITING)
    )


class Broadcast:
    """Everybody who is connected gets what alerts says from then on.

    A subscriber that does not read, or is silent for too long, is let go: it connects
    again. VTP replays nothing.
    """

    def __init__(
        self,
        address: str,
        ivorn: str,
        author: Author,
        *,
        alive: float = 60.0,
        clocks: Clocks | None = None,
    ) -> None:
        self._host, _, self._port = address.rpartition(":")
        self._ivorn = ivorn
        self._author = author
        self._alive = alive
        self._clocks = clocks or Clocks(idle=3 * alive)
        self._subscribers: set[_Subscriber] = set()
        self.port = 0

    async def tell(self, event: Event) -> None:
        """Let every subscriber hear of something."""
        if not self._subscribers:
            return
        try:
            document = await self._author(event)
        except ValueError as fault:  # what XML cannot carry is not sent
            _log.warning("vtp.not_sent", event_type=event.key, reason=str(fault))
            return
        if document is not None:
            for one in list(self._subscribers):
                self._send(one, document)

    def _send(self, subscriber: _Subscriber, document: bytes) -> None:
        try:
            subscriber.outgoing.put_nowait(document)
        except asyncio.QueueFull:
            subscriber.writer.transport.abort()

    @asynccontextmanager
    async def running(self, _: Publish) -> AsyncIterator[None]:
        """Serve subscribers while the block runs, as soon as the address is free.

        Where another process of this machine has it, ours waits to take its place.
        """
        async with in_background(self._serve_when_free()):
            yield

    async def _serve_when_free(self) -> None:
        told = False
        while True:
            try:
                async with self.served():
                    await asyncio.Event().wait()
            except OSError as fault:
                if not told:
                    _log.warning("vtp.address_in_use", reason=str(fault))
                told = True
            await asyncio.sleep(_ADDRESS_PAUSE)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve subscribers while the block runs."""
        server = await asyncio.start_server(
            self._serve, self._host.strip("[]"), int(self._port)
        )
        self.port = server.sockets[0].getsockname()[1]
        _log.info("vtp.serves", host=self._host, port=self.port)
        try:
            yield
        finally:
            server.close()
            for one in list(self._subscribers):
                one.writer.transport.abort()
            await server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if len(self._subscribers) >= _MOST_SUBSCRIBERS:
            writer.transport.abort()
            return
        subscriber = _Subscriber(writer)
        self._subscribers.add(subscriber)
        tasks = [
            asyncio.create_task(one)
            for one in (self._listen(reader), self._speak(subscriber))
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._subscribers.discard(subscriber)
            for task in tasks:
                task.cancel()
            faults = await asyncio.gather(*tasks, return_exceptions=True)
            writer.transport.abort()
            _log.info("vtp.subscriber_left", reason=repr(faults))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Take the answers, so that a subscriber that is gone is noticed."""
        while True:
            try:
                raw = await read_frame(reader, _LARGEST_REPLY, self._clocks)
                message = message_of(guarded_root(raw))
            except (OSError, TimeoutError, EOFError) as fault:
                _log.info("vtp.subscriber_gone", reason=repr(fault))
                return
            except (FrameTooLargeError, UnreadableError) as fault:
                _log.warning("vtp.subscriber_odd", reason=str(fault))
                return
            if message is not None and message.role == "nak":
                _log.warning("vtp.nak", origin=message.origin)

    async def _speak(self, subscriber: _Subscriber) -> None:
        while True:
            try:
                async with asyncio.timeout(self._alive):
                    document = await subscriber.outgoing.get()
            except TimeoutError:
                document = written(Message("iamalive", self._ivorn))
            subscriber.writer.write(framed(document))
            async with asyncio.timeout(self._clocks.frame):
                await subscriber.writer.drain()
