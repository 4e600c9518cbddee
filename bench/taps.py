"""Taps between services and their broker or store: what goes through, and when."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import bson

__all__ = ["Passed", "Tap", "tapped"]

_BLOCK = 1 << 16
_MONGO_HEADER = struct.Struct("<iiii")
_OP_MSG = 2013
_DATABASE = "$db"
_AMQP_HEADER = b"AMQP\0\0\x09\x01"
_FRAME = struct.Struct(">BHI")
_METHOD, _CONTENT, _BODY = 1, 2, 3
_PUBLISH, _DELIVER, _ACK = (60, 40), (60, 60), (60, 80)


@dataclass(frozen=True)
class Passed:
    """Something that went through a tap: when [s], what it was, its size [bytes]."""

    at: float
    what: str
    size: int


@dataclass
class Tap:
    """A port that passes everything on, and notes what it was."""

    port: int
    passed: list[Passed] = field(default_factory=list)

    def note(self, what: str, size: int) -> None:
        """Note that something went through."""
        self.passed.append(Passed(time.perf_counter(), what, size))


_Reader = Callable[[bytes], tuple[str | None, int]]


def _store_command(message: bytes) -> str | None:
    """Return command, database and collection of a message to the store."""
    *_, opcode = _MONGO_HEADER.unpack_from(message)
    if opcode != _OP_MSG:
        return None
    size = int.from_bytes(message[21:25], "little")
    command = bson.decode(message[21 : 21 + size])
    verb = next(iter(command))
    return f"{verb} {command.get(_DATABASE)}.{command[verb]}"


def _store_messages(data: bytearray) -> Iterator[tuple[str | None, int]]:
    while len(data) >= _MONGO_HEADER.size:
        size = int.from_bytes(data[:4], "little")
        if len(data) < size:
            return
        yield _store_command(bytes(data[:size])), size
        del data[:size]


def _broker_messages(data: bytearray) -> Iterator[tuple[str | None, int]]:
    if data.startswith(_AMQP_HEADER):
        del data[: len(_AMQP_HEADER)]
    while len(data) >= _FRAME.size:
        kind, _, length = _FRAME.unpack_from(data)
        whole = _FRAME.size + length + 1
        if len(data) < whole:
            return
        yield _broker_frame(kind, bytes(data[_FRAME.size : whole - 1])), whole
        del data[:whole]


def _broker_frame(kind: int, payload: bytes) -> str | None:
    """Return what a frame is; bodies count as bytes of what went before."""
    if kind != _METHOD:
        return "" if kind in {_CONTENT, _BODY} else None
    method = struct.unpack_from(">HH", payload)
    if method == _PUBLISH:
        exchange_size = payload[6]
        key = payload[7 + exchange_size :]
        return f"publish {key[1 : 1 + key[0]].decode()}"
    return {_DELIVER: "deliver", _ACK: "ack"}.get(method)


_PARSERS = {"store": _store_messages, "broker": _broker_messages}


@asynccontextmanager
async def tapped(kind: str, port: int) -> AsyncIterator[Tap]:
    """Listen on a free port for what is meant for another, while the block runs."""
    tap = Tap(0)

    async def serve(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, on = await asyncio.open_connection("127.0.0.1", port)
        with suppress(asyncio.CancelledError):  # the bench is over
            await asyncio.gather(_pass(near, on, kind, tap), _pass(far, back, "", tap))

    server = await asyncio.start_server(serve, "127.0.0.1")
    tap.port = server.sockets[0].getsockname()[1]
    async with server:
        yield tap


async def _pass(
    here: asyncio.StreamReader, there: asyncio.StreamWriter, kind: str, tap: Tap
) -> None:
    waiting = bytearray()
    with suppress(ConnectionError):
        while block := await here.read(_BLOCK):
            there.write(block)
            if kind:
                waiting += block
                for what, size in _PARSERS[kind](waiting):
                    if what is not None:
                        tap.note(what, size)
    there.close()
