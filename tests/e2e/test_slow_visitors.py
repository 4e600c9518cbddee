"""Strangers who send slowly, or nothing, hold up nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, FormData

from stack.running import Stack
from stack.visitor import Visitor
from tests.support.server import DEC, RA, image, load, server, visitor
from tests.support.waiting import eventually

TARGET = "ivo://Patient"
SLOW = {
    "CPCS_HEAD_TIME": "2",
    "CPCS_BODY_GRACE": "2",
    "CPCS_SLOW_BODIES": "4",
    "CPCS_CONNECTIONS_OF_ONE": "40",
    "CPCS_UPLOAD_LIMIT": "1000000",
    "CPCS_UPLOADS_AT_ONCE": "4",
}
BODY = (
    b"POST /cgi/upload HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n"
    b"Content-Length: 100000\r\n\r\n--b\r\n"
)


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with server(tmp_path_factory.mktemp("slow"), **SLOW) as running:
        await load(running)
        yield running


@pytest.fixture(scope="module")
async def observer(stack: Stack) -> AsyncIterator[Visitor]:
    async with visitor(stack, "Patient observer") as who:
        await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
        yield who


class Connection:
    """One connection of a stranger."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self.writer = writer

    async def answer(self) -> str:
        """Return all that the server says until it closes the connection."""
        async with asyncio.timeout(60):
            try:
                return (await self._reader.read()).decode()
            except ConnectionResetError:
                return ""


@asynccontextmanager
async def strangers(
    stack: Stack, count: int, said: bytes
) -> AsyncIterator[list[Connection]]:
    where = urlsplit(stack.url)
    async with AsyncExitStack() as doors:
        opened = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection(where.hostname, where.port)
            doors.callback(writer.close)
            writer.write(said)
            await writer.drain()
            opened.append(Connection(reader, writer))
        yield opened


@pytest.mark.parametrize(
    ("count", "said"),
    [(16, BODY), (200, BODY), (100, b"GET / HTTP/1.1\r\nHos"), (100, b"")],
    ids=["sixteen bodies", "two hundred bodies", "heads", "nothing"],
)
async def test_an_upload_goes_through_whatever_strangers_hold(
    stack: Stack, observer: Visitor, count: int, said: bytes
) -> None:
    async with strangers(stack, count, said), ClientSession() as session:
        newcomer = Visitor(session, stack.url, observer.hashtag)
        answer = await newcomer.upload(TARGET, image(count))
    assert answer["mag"] == pytest.approx(14.0, abs=0.1)


@pytest.mark.parametrize("said", [BODY, b"GET / HTTP/1.1\r\nHos", b""])
async def test_who_sends_no_more_is_told_so_and_let_go(
    stack: Stack, said: bytes
) -> None:
    async with strangers(stack, 1, said) as (one,):
        told = await one.answer()
    assert told.startswith("HTTP/1.1 408 ")
    assert "came too slowly: send it again." in told


async def test_a_byte_now_and_then_is_not_enough(stack: Stack) -> None:
    async with strangers(stack, 1, BODY) as (one,):
        drip = asyncio.create_task(_drip(one))
        told = await one.answer()
        drip.cancel()
    assert told.startswith("HTTP/1.1 408 ")


async def _drip(one: Connection) -> None:
    while True:
        one.writer.write(b"x")
        await asyncio.sleep(0.1)


async def test_a_wrong_hashtag_is_refused_before_the_file_is_read(
    stack: Stack,
) -> None:
    wrong = BODY + (
        b'Content-Disposition: form-data; name="hashtag"\r\n\r\nwrong\r\n--b\r\n'
        b'Content-Disposition: form-data; name="sexCat"; filename="x"\r\n\r\n'
    )
    wrong += b"1 2 3 4\n" * 10_000
    async with strangers(stack, 1, wrong) as (one,):
        told = await one.answer()
    assert told.startswith("HTTP/1.1 403 ")


async def test_the_same_connection_serves_slow_readers_again(stack: Stack) -> None:
    async with strangers(stack, 1, b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n") as (one,):
        await asyncio.sleep(3)  # longer than a head may take: it is idle, not slow
        one.writer.write(b"GET /help HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        told = await one.answer()
    assert told.count("HTTP/1.1 200 OK") == 2


async def test_many_uploads_at_once_all_get_a_word(
    stack: Stack, observer: Visitor
) -> None:
    async with ClientSession() as session:

        async def upload(seed: int) -> int:
            form = FormData({"EventID": TARGET, "MJD": str(57000 + seed / 100)})
            form.add_field("hashtag", observer.hashtag)
            form.add_field("outputFormat", "json")
            form.add_field("sexCat", image(seed).catalogue, filename="x.cat")
            async with session.post(f"{stack.url}/cgi/upload", data=form) as answer:
                if answer.status == 503:
                    assert int(answer.headers["Retry-After"]) > 0
                return answer.status

        codes = await asyncio.gather(*(upload(seed) for seed in range(300, 340)))
    assert set(codes) <= {200, 202, 503}
    assert codes.count(200) >= 4

    async def nobody_waits() -> bool:
        async with ClientSession() as session:
            status = await session.get(f"{stack.url}/status?format=json")
            waiting: int = (await status.json())["waiting"]
            return waiting == 0

    await eventually(nobody_waits, within=120)


async def test_files_larger_than_their_room_are_refused_at_once(
    stack: Stack, tmp_path: Path
) -> None:
    too_large = BODY.replace(b"100000", b"9000000")
    async with strangers(stack, 1, too_large) as (one,):
        told = await one.answer()
    assert told.startswith("HTTP/1.1 413 ")
