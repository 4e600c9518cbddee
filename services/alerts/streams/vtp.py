"""Subscribes to VTP brokers (IVOA Recommendation VTP 2.0), for ever.

A packet is acknowledged only when it is on disk. A broken stream is closed and
followed again, later and later; nothing is ever refused by a nak, which a broker
takes for good.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from prometheus_client import Counter

from services.alerts.reading import UnreadableError
from services.alerts.reading.xml import guarded_root, local_name
from services.alerts.streams.framing import (
    Clocks,
    FrameTooLargeError,
    framed,
    read_frame,
)
from services.alerts.streams.messages import Message, message_of, written
from shared.background import in_background
from shared.together import LOT

__all__ = ["Backoff", "Deliver", "Subscription", "subscribed"]

_log = structlog.get_logger()
_RECONNECTS = Counter("cpcs_vtp_reconnects", "broken connections", ["upstream"])

_BROKEN = (OSError, TimeoutError, EOFError, FrameTooLargeError)
_Replies = asyncio.Queue[asyncio.Task["Message | None"] | None]

Deliver = Callable[[bytes, str], Awaitable[None]]
"""Takes a packet and whence it came; returns once it is on disk."""


@dataclass
class Backoff:
    """How long [s] to wait before the next try: longer each time, with jitter.

    Only a connection that stayed up for ``settled`` seconds and brought a packet
    makes the next wait short again.
    """

    first: float = 1.0
    longest: float = 300.0
    settled: float = 60.0
    _next: float = field(default=0.0, init=False)

    def after(self, lasted: float, *, brought: bool) -> float:
        """Return the wait after a connection that lasted so many seconds."""
        if brought and lasted >= self.settled:
            self._next = 0.0
        wait = self._next or self.first
        self._next = min(2 * wait, self.longest)
        return wait * random.uniform(0.75, 1.25)


@dataclass
class Subscription:
    """One upstream broker, followed for ever.

    Attributes
    ----------
    upstream
        ``host:port``.
    ivorn
        Who we say we are.
    filters
        XPath filters that a Comet broker is asked to apply.
    largest
        A packet may have so many bytes.
    """

    upstream: str
    ivorn: str
    deliver: Deliver
    filters: tuple[str, ...] = ()
    largest: int = 1 << 20
    clocks: Clocks = field(default_factory=Clocks)
    backoff: Backoff = field(default_factory=Backoff)
    _brought: bool = field(default=False, init=False)

    async def follow(self) -> None:
        """Connect, listen, and connect again when that ends."""
        while True:
            started = time.monotonic()
            self._brought = False
            try:
                await self._session()
            except _BROKEN as fault:
                _log.warning("vtp.broken", upstream=self.upstream, reason=repr(fault))
            lasted = time.monotonic() - started
            _RECONNECTS.labels(self.upstream).inc()
            await asyncio.sleep(self.backoff.after(lasted, brought=self._brought))

    async def _session(self) -> None:
        host, _, port = self.upstream.rpartition(":")
        async with asyncio.timeout(self.clocks.frame):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        _log.info("vtp.connected", upstream=self.upstream)
        try:
            await self._exchange(reader, writer)
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Hear and answer until that breaks; all that was heard is on disk then."""
        replies: _Replies = asyncio.Queue(LOT)
        broken: BaseException | None = None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._answer_each(writer, replies))
            try:
                await self._hear(reader, replies, tasks)
            except _BROKEN as fault:
                broken = fault
            await replies.put(None)
        if broken is not None:
            raise broken

    async def _hear(
        self,
        reader: asyncio.StreamReader,
        replies: "_Replies",
        tasks: asyncio.TaskGroup,
    ) -> None:
        """Take documents, several before the first of them is on disk."""
        while True:
            raw = await read_frame(reader, self.largest, self.clocks)
            await replies.put(tasks.create_task(self._reply(raw)))

    async def _answer_each(
        self, writer: asyncio.StreamWriter, replies: "_Replies"
    ) -> None:
        """Answer documents in the order in which they came, while anybody listens."""
        while (reply := await replies.get()) is not None:
            message = await reply
            if message is None or writer.is_closing():
                continue
            try:
                writer.write(framed(written(message)))
                async with asyncio.timeout(self.clocks.frame):
                    await writer.drain()
            except _BROKEN as fault:
                _log.warning("vtp.deaf", upstream=self.upstream, reason=repr(fault))
                writer.transport.abort()

    async def _reply(self, raw: bytes) -> Message | None:
        """Return the answer to a document, with the packet that it is on disk."""
        try:
            root = guarded_root(raw)
        except UnreadableError:
            await self.deliver(raw, f"VTP {self.upstream}")
            return None
        message = message_of(root)
        if message is not None:
            return self._answer(message)
        if local_name(root) != "VOEvent":
            _log.warning("vtp.ignored", upstream=self.upstream, what=local_name(root))
            return None
        await self.deliver(raw, f"VTP {self.upstream}")
        self._brought = True
        ivorn = (root.get("ivorn") or "").strip()
        return Message("ack", ivorn, self.ivorn) if ivorn else None

    def _answer(self, message: Message) -> Message | None:
        match message.role:
            case "iamalive":
                return Message("iamalive", message.origin, self.ivorn)
            case "authenticate":
                return Message("authenticate", message.origin, self.ivorn, self.filters)
            case _:
                _log.warning("vtp.ignored", upstream=self.upstream, what=message.role)
                return None


@asynccontextmanager
async def subscribed(subscriptions: Sequence[Subscription]) -> AsyncIterator[None]:
    """Follow some upstream brokers while the block runs."""
    async with AsyncExitStack() as following:
        for one in subscriptions:
            await following.enter_async_context(in_background(one.follow()))
        yield
