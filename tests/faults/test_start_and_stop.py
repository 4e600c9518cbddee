"""Starting, stopping, starting again."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aio_pika.exceptions import ProbableAuthenticationError
from aiohttp import ClientSession
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure

from shared.messaging.rabbit_connection import connected
from stack.running import Stack, StackError
from stack.visitor import Visitor
from tests.faults.conftest import SLOW
from tests.support.processes import left_behind
from tests.support.server import DEC, RA, environment, image, load, server, visitor
from tests.support.waiting import eventually

TARGET = "ivo://Kept"
LONGEST_STOP = 60.0


@contextmanager
def up(folder: Path, sign: signal.Signals) -> Iterator[Stack]:
    """Run ``make up`` while the block runs, and stop it with a signal."""
    given = environment(folder)
    url = f"http://127.0.0.1:{given['CPCS_HTTP_PORT']}"
    command = [sys.executable, "-m", "stack.up"]
    with subprocess.Popen(  # noqa: S603 - the command stands a line above
        command, env=given, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"ready {url}\n"
            yield Stack(url, folder, given, process.pid)
            process.send_signal(sign)
            process.wait(LONGEST_STOP)
        finally:
            process.kill()


@pytest.mark.timeout(SLOW)
async def test_data_survive_kill_9_and_a_stop_and_no_process_does(
    tmp_path: Path,
) -> None:
    async def gone() -> bool:
        return left_behind(tmp_path) == []

    with up(tmp_path, signal.SIGKILL) as stack:
        await load(stack)
        async with visitor(stack, "Somebody") as who:
            await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
            await who.upload(TARGET, image(1))
            before = await who.light_curve(TARGET)
            hashtag = who.hashtag
    with up(tmp_path, signal.SIGINT) as stack:  # though some may still be ending
        async with ClientSession() as session:
            again = Visitor(session, stack.url, hashtag)
            assert await again.light_curve(TARGET) == before
            answer = await again.upload(TARGET, image(1))
            assert [answer["followup_id"]] == before["id"]
    await eventually(gone, within=20)


async def test_a_second_server_on_a_folder_is_told_so(tmp_path: Path) -> None:
    async with server(tmp_path, services=()):
        with pytest.raises(StackError, match="Another server uses"):
            async with server(tmp_path, services=()):
                pass


async def test_strangers_are_let_into_neither_broker_nor_store(tmp_path: Path) -> None:
    async with server(tmp_path, services=("ingest",)) as stack:
        broker = urlsplit(stack.environment["CPCS_AMQP_URL"]).port
        with pytest.raises(ProbableAuthenticationError):
            async with connected(f"amqp://guest:guest@127.0.0.1:{broker}/"):
                pass
        store = urlsplit(stack.environment["CPCS_MONGO_URL"]).port
        client = AsyncIOMotorClient[dict[str, object]]("127.0.0.1", store)
        with pytest.raises(OperationFailure, match="requires authentication"):
            await client["cpcs_gateway"]["observers"].find_one()
        client.close()
        told = (tmp_path / "environment").read_text("ascii")
        assert stack.environment["CPCS_AMQP_URL"] in told
        for secret in ("environment", "passwords"):
            assert (tmp_path / secret).stat().st_mode & 0o777 == 0o600


async def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(StackError, match=f"Port {port} cannot be used: set CPCS_"):
            async with server(tmp_path, CPCS_HTTP_PORT=port):
                pass
