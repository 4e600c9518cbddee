"""Starting, stopping, starting again."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stack.running import StackError
from stack.visitor import Visitor
from tests.support.processes import left_behind
from tests.support.server import DEC, RA, free_port, image, load, server, visitor
from tests.support.waiting import eventually

TARGET = "ivo://Kept"


async def test_data_survive_a_restart_and_no_process_does(tmp_path: Path) -> None:
    async with server(tmp_path) as stack:
        await load(stack)
        async with visitor(stack, "Somebody") as who:
            await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
            await who.upload(TARGET, image(1))
            before = await who.light_curve(TARGET)
            hashtag = who.hashtag
    assert left_behind(tmp_path) == []
    async with server(tmp_path) as stack, visitor(stack) as who:
        assert await who.light_curve(TARGET) == before
        again = Visitor(who._session, stack.url, hashtag)
        answer = await again.upload(TARGET, image(1))
        assert [answer["followup_id"]] == before["id"]
    assert left_behind(tmp_path) == []


async def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(StackError, match=f"Port {port} cannot be used: set CPCS_"):
            async with server(tmp_path, CPCS_HTTP_PORT=port):
                pass


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_make_up_tells_when_it_is_ready_and_stops_in_time(
    tmp_path: Path, sign: signal.Signals
) -> None:
    port = str(free_port())
    with subprocess.Popen(  # noqa: ASYNC220 - its pipe is read when it is over
        [sys.executable, "-m", "stack.up"],
        env={**os.environ, "CPCS_DATA_DIR": str(tmp_path), "CPCS_HTTP_PORT": port},
        stdout=subprocess.PIPE,
        text=True,
    ) as up:
        try:
            assert up.stdout is not None
            assert up.stdout.readline() == f"ready http://127.0.0.1:{port}\n"
            up.send_signal(sign)
            up.wait(10)
        finally:
            up.kill()

    async def gone() -> bool:
        return left_behind(tmp_path) == []

    await eventually(gone, within=2)
