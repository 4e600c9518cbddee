"""A backup under load, a destroyed server, and everything as it was."""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from stack.visitor import RefusedError, Visitor
from tests.faults.conftest import SLOW
from tests.support.server import DEC, RA, image, load, server, visitor
from tests.support.waiting import eventually

TARGET = "ivo://Backed up"


async def cpcs_server(environment: Mapping[str, str], *words: str) -> tuple[int, str]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "operate", *words),
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await running.communicate()
    return running.returncode or 0, told.decode()


async def uploading(who: Visitor, done: list[int]) -> None:
    with suppress(ClientError, RefusedError, asyncio.CancelledError):
        for seed in range(200, 400):
            answer = await who.upload(TARGET, image(seed))
            done.append(answer["followup_id"])


@dataclass
class Before:
    """What people know when the backup begins."""

    hashtag: str
    curve: dict[str, Any]
    deleted: int


async def backed_up(folder: Path, file: str) -> Before:
    """Run a server, and back it up while uploads come in."""
    async with server(folder) as stack, visitor(stack, "Careful") as who:
        await load(stack)
        await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
        first = [await who.upload(TARGET, image(seed)) for seed in range(4)]
        await who.post("delpoint", followupid=str(first[0]["followup_id"]))
        before = await who.light_curve(TARGET)
        done: list[int] = []
        work = asyncio.create_task(uploading(who, done))

        async def under_way() -> bool:
            return len(done) > 2

        await eventually(under_way)
        code, told = await cpcs_server(stack.environment, "backup", file)
        assert (code, "1 targets" in told) == (0, True), told
        work.cancel()
        await asyncio.wait((work,))
        code, told = await cpcs_server(stack.environment, "restore", file)
        assert (code, "Stop the services first" in told) == (1, True), told
        return Before(who.hashtag, before, first[0]["followup_id"])


async def brought_back(folder: Path, file: str) -> None:
    async with server(folder, services=()) as ground:
        code, told = await cpcs_server(ground.environment, "restore", file)
        assert code == 0, told
        code, told = await cpcs_server(ground.environment, "restore", file)
        assert code == 1
        assert told == "The store holds a server's data: --replace loses them.\n"


@pytest.mark.timeout(SLOW)
async def test_a_backup_made_under_load_brings_everything_back(tmp_path: Path) -> None:
    file = str(tmp_path / "backup.zip")
    before = await backed_up(tmp_path / "old", file)
    assert os.stat(file).st_mode & 0o777 == 0o600  # noqa: PTH116
    await brought_back(tmp_path / "new", file)
    async with server(tmp_path / "new") as stack, ClientSession() as session:
        code, told = await cpcs_server(stack.environment, "points", "announce")
        assert code == 0, told
        again = Visitor(session, stack.url, before.hashtag)

        async def at_rest() -> bool:
            return bool((await again.get("status", format="json"))["waiting"] == 0)

        await eventually(at_rest)
        curve = await again.light_curve(TARGET)
        magnitudes = dict(zip(curve["id"], curve["mag"], strict=True))
        assert len(magnitudes) == len(curve["id"])
        for number, mag in zip(before.curve["id"], before.curve["mag"], strict=True):
            assert magnitudes[number] == mag
        assert before.deleted not in magnitudes
        answer = await again.upload(TARGET, image(500))
        assert answer["followup_id"] not in magnitudes
        assert answer["survey"] == "APASS"


async def test_what_is_no_backup_is_told_so(tmp_path: Path) -> None:
    stray = tmp_path / "stray.zip"
    stray.write_bytes(b"PK nothing of ours")
    async with server(tmp_path / "data", services=()) as ground:
        code, told = await cpcs_server(ground.environment, "restore", str(stray))
        assert (code, told) == (1, f"{stray} is no backup of this server.\n")
        nowhere = tmp_path / "nowhere" / "night.zip"
        code, told = await cpcs_server(ground.environment, "backup", str(nowhere))
        assert (code, told) == (1, f"{nowhere}.part: No such file or directory\n")
    code, told = await cpcs_server(ground.environment, "backup", str(stray))
    assert code == 3
    assert "does not answer. Start the server with 'make up'" in told
