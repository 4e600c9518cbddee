"""Starting, stopping, starting again."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from stack.running import Stack, StackError
from stack.visitor import Visitor
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


async def test_data_survive_a_restart_and_no_process_does(tmp_path: Path) -> None:
    async def gone() -> bool:
        return left_behind(tmp_path) == []

    with up(tmp_path, signal.SIGTERM) as stack:
        await load(stack)
        async with visitor(stack, "Somebody") as who:
            await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
            await who.upload(TARGET, image(1))
            before = await who.light_curve(TARGET)
            hashtag = who.hashtag
    await eventually(gone, within=2)
    with up(tmp_path, signal.SIGINT) as stack:
        async with ClientSession() as session:
            again = Visitor(session, stack.url, hashtag)
            assert await again.light_curve(TARGET) == before
            answer = await again.upload(TARGET, image(1))
            assert [answer["followup_id"]] == before["id"]
    await eventually(gone, within=2)


async def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(StackError, match=f"Port {port} cannot be used: set CPCS_"):
            async with server(tmp_path, CPCS_HTTP_PORT=port):
                pass
