"""Child processes for work that may not harm the service: limits, and no shared fate.

What takes too long or too much memory is given up; the child is ended and another one
begun. What kills its child is not the service's end.
"""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from shared.worker import DONE, FAULT, NO_MEMORY, frame

__all__ = [
    "Limits",
    "TooLongError",
    "TooMuchMemoryError",
    "WorkerDiedError",
    "Workers",
]

_log = structlog.get_logger()
_START_TIME = 60.0
_HEAD = 9
_ANSWER = 1 << 20
"""[bytes] So much of an answer is taken before it is asked for."""


class TooLongError(Exception):
    """The work took longer than it may."""


class TooMuchMemoryError(Exception):
    """The work needed more memory than it may have."""


class WorkerDiedError(Exception):
    """The child that did the work died of it, and nobody knows why."""


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take: seconds, and bytes of memory."""

    seconds: float
    memory: int


class Workers:
    """A few children that do one kind of work, each a piece at a time.

    Parameters
    ----------
    work
        ``module:function``, from bytes to bytes.
    count
        How many children.
    limits
        What one piece may take.
    """

    def __init__(self, work: str, count: int, limits: Limits) -> None:
        self._work = work
        self._count = count
        self._limits = limits
        self._idle: asyncio.Queue[_Child | None] = asyncio.Queue()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have the children at hand while the block runs."""
        children = await asyncio.gather(*(self._begun() for _ in range(self._count)))
        for child in children:
            self._idle.put_nowait(child)
        try:
            yield
        finally:
            while not self._idle.empty():
                if (left := self._idle.get_nowait()) is not None:
                    await left.end()

    async def _begun(self) -> "_Child":
        return await _Child.begun(self._work, self._limits)

    async def do(self, job: bytes) -> bytes:
        """Return what the work makes of a job.

        Raises
        ------
        TooLongError, TooMuchMemoryError
            It exceeded its limits.
        WorkerDiedError
            Its child died.
        RuntimeError
            The work raised something; the text is its traceback.
        """
        child = await self._idle.get()
        kept: _Child | None = None
        try:
            if child is None:
                child = await self._begun()
            kind, content = await self._asked(child, job)
            kept = None if kind == NO_MEMORY else child
        finally:
            if kept is None and child is not None:
                await asyncio.shield(child.end())
            self._idle.put_nowait(kept)
        return self._taken(kind, content)

    async def _asked(self, child: "_Child", job: bytes) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await child.ask(job)
        except TimeoutError as fault:
            raise TooLongError(f"longer than {self._limits.seconds:g} s") from fault

    def _taken(self, kind: bytes, content: bytes) -> bytes:
        if kind == NO_MEMORY:
            raise TooMuchMemoryError(f"more than {self._limits.memory} bytes")
        if kind == FAULT:
            raise RuntimeError(content.decode(errors="replace"))
        return content


class _Child:
    """One process at the other end of two pipes."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker is spoken to through pipes")
        self._process = process
        self._to = process.stdin
        self._from = process.stdout

    @classmethod
    async def begun(cls, work: str, limits: Limits) -> "_Child":
        """Return a child that is ready for its first job."""
        command = (sys.executable, "-m", "shared.worker")
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, start_new_session=True, limit=_ANSWER
        )
        child = cls(process)
        try:
            async with asyncio.timeout(_START_TIME):
                await child.ask(f"{work} {limits.memory}".encode())
        except BaseException:
            await asyncio.shield(child.end())
            raise
        return child

    async def ask(self, job: bytes) -> tuple[bytes, bytes]:
        """Hand a job over; return the kind of answer, and the answer."""
        with suppress(ConnectionError):  # it is dead: its silence says so
            self._to.write(frame(DONE, job))
            await self._to.drain()
        return await self.heard()

    async def heard(self) -> tuple[bytes, bytes]:
        """Return the next message of the child.

        Raises
        ------
        WorkerDiedError
            There is none.
        """
        try:
            head = await self._from.readexactly(_HEAD)
            length = int.from_bytes(head[:-1], "little")
            return head[-1:], await self._from.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as fault:
            code = await self._process.wait()
            _log.warning("worker.died", code=code)
            raise WorkerDiedError(f"a worker died of it (code {code})") from fault

    async def end(self) -> None:
        """End the process, whatever it is doing."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        self._to.close()
        await self._process.wait()
