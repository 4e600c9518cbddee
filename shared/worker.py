"""A child process that does one kind of work, job after job, within limits.

``python -m shared.worker`` reads from standard input what its work is,
``MODULE:FUNCTION MEMORY``, and then jobs: it hands the bytes of each to the function,
and writes the bytes that returns to standard output, until its input ends. A message
is eight bytes of length, one that tells what it is, and the content. ``shared.workers``
is the other end.
"""

import fcntl
import importlib
import resource
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

__all__ = ["DONE", "FAULT", "NO_MEMORY", "READY", "frame"]

READY, DONE, NO_MEMORY, FAULT = b"r", b"d", b"m", b"f"
_LENGTH = 8
_PIPE = 1 << 20


def frame(kind: bytes, content: bytes = b"") -> bytes:
    """Return a message as it goes over the pipe."""
    return len(content).to_bytes(_LENGTH, "little") + kind + content


def _jobs(source: BinaryIO) -> Callable[[], bytes | None]:
    def job() -> bytes | None:
        head = source.read(_LENGTH + 1)
        if len(head) <= _LENGTH:
            return None
        return source.read(int.from_bytes(head[:_LENGTH], "little"))

    return job


def _answer(work: Callable[[bytes], bytes], job: bytes) -> bytes:
    try:
        return frame(DONE, work(job))
    except MemoryError:
        return frame(NO_MEMORY)
    except Exception:  # noqa: BLE001 - told to the parent, who raises it
        return frame(FAULT, traceback.format_exc().encode())


def _hired(order: bytes) -> Callable[[bytes], bytes]:
    where, memory = order.decode().split()
    module, _, function = where.partition(":")
    work: Callable[[bytes], bytes] = getattr(importlib.import_module(module), function)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    return work


def _widen(*pipes: int) -> None:
    """Let a job or an answer go through in one go, where the system allows it."""
    for pipe in pipes:
        with suppress(OSError):  # then it goes through in many
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _main() -> None:
    _widen(sys.stdin.fileno(), sys.stdout.fileno())
    next_job, answers = _jobs(sys.stdin.buffer), sys.stdout.buffer
    work = _hired(next_job() or b"")
    sys.stdout = sys.stderr  # what a library prints must not stand among the answers
    answers.write(frame(READY))
    answers.flush()
    while (job := next_job()) is not None:
        answers.write(_answer(work, job))
        answers.flush()


if __name__ == "__main__":
    _main()
