"""Who listens: killed and come back, with an account that may only read, live."""

import asyncio
import json
import shutil
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path

import aio_pika
import aiormq
import pytest
from cpcs import AsyncClient
from cpcs.sse import Happening

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.conftest import SHELL_TARGET
from tests.support.ground import GIVEN
from tests.support.server import image
from tests.support.shell import ROOT, Shell
from tests.support.waiting import eventually


async def test_a_subscriber_that_is_killed_goes_on_where_it_stopped(
    stack: Stack, observer: Visitor, shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "points.sqlite"
    broker = stack.environment["CPCS_AMQP_URL"]
    command = shell.command("subscribe", "--broker", broker, "--into", str(path))

    def kept() -> dict[int, int]:
        if not path.exists():
            return {}
        with sqlite3.connect(path) as base:
            wanted = "SELECT number, revision FROM points WHERE NOT deleted"
            try:
                return dict(base.execute(wanted).fetchall())
            except sqlite3.OperationalError:
                return {}

    async def caught_up() -> bool:
        curve = json.loads(await shell.run("lc", SHELL_TARGET, "--json"))
        return {one["id"] for one in curve} <= set(kept())

    for number in (340, 341):
        running = await asyncio.create_subprocess_exec(*command, env=shell.environment)
        added = await observer.upload(SHELL_TARGET, image(number))
        await eventually(caught_up)
        running.kill()
        await running.wait()
        await observer.post("delpoint", followupid=str(added["followup_id"]))
    running = await asyncio.create_subprocess_exec(*command, env=shell.environment)

    async def deletion_is_heard() -> bool:
        return added["followup_id"] not in kept()

    await eventually(deletion_is_heard)
    await eventually(caught_up)
    running.kill()
    await running.wait()


@pytest.mark.skipif(GIVEN, reason="makes an account on a broker of its own")
async def test_a_subscribers_account_may_read_points_and_nothing_else(
    stack: Stack, observer: Visitor, shell: Shell, tmp_path: Path
) -> None:
    making = await asyncio.create_subprocess_exec(
        "stack/subscriber.sh",
        "reader",
        env=dict(stack.environment),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await making.communicate()
    assert making.returncode == 0
    account = told.decode().strip()
    broker = as_user(account, stack.environment["CPCS_AMQP_URL"])
    await observer.upload(SHELL_TARGET, image(350))
    path = tmp_path / "points.jsonl"
    command = shell.command("subscribe", "--broker", broker, "--into", str(path))
    running = await asyncio.create_subprocess_exec(*command, env=shell.environment)

    async def heard() -> bool:
        return path.exists() and SHELL_TARGET in path.read_text("utf-8")

    await eventually(heard)
    running.kill()
    await running.wait()
    for forbidden in (publish, declare, bind, read_another):
        connection = await aio_pika.connect(broker)
        async with connection:
            channel = await connection.channel()
            with pytest.raises(aiormq.exceptions.ChannelAccessRefused):
                await forbidden(channel)


def as_user(account: str, url: str) -> str:
    return f"amqp://{account}@{url.rpartition('@')[2]}"


async def publish(channel: aio_pika.abc.AbstractChannel) -> None:
    exchange = await channel.get_exchange("cpcs", ensure=False)
    await exchange.publish(aio_pika.Message(b"{}"), "observation.recorded.v1")


async def declare(channel: aio_pika.abc.AbstractChannel) -> None:
    await channel.declare_queue("mine")


async def bind(channel: aio_pika.abc.AbstractChannel) -> None:
    queue = await channel.get_queue("cpcs.observations", ensure=False)
    await queue.bind("cpcs", "#")


async def read_another(channel: aio_pika.abc.AbstractChannel) -> None:
    queue = await channel.get_queue("gateway.observation.recorded.v1", ensure=False)
    await queue.get(no_ack=True)


@pytest.mark.parametrize("example", ["points.py", "points.mjs", "points.sh"])
async def test_the_examples_print_points(
    stack: Stack, observer: Visitor, shell: Shell, tmp_path: Path, example: str
) -> None:
    path = ROOT / "client" / "examples" / example
    place = tmp_path / example
    place.write_bytes(path.read_bytes())
    (tmp_path / "node_modules").symlink_to(ROOT / ".npm" / "node_modules")
    program = {"py": sys.executable, "mjs": "node", "sh": "sh"}[example.split(".")[1]]
    if program == "sh" and shutil.which("amqp-consume") is None:
        pytest.skip("amqp-tools are not here")
    running = await asyncio.create_subprocess_exec(
        program,
        str(place),
        stack.environment["CPCS_AMQP_URL"],
        env=shell.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert running.stdout is not None
    told = b""
    number = 400
    while (
        SHELL_TARGET.encode() not in told
    ):  # what comes before it listens is not heard
        await observer.upload(SHELL_TARGET, image(number))
        number += 1
        with suppress(TimeoutError):
            told += await asyncio.wait_for(running.stdout.read(65536), 2)
        assert not running.stdout.at_eof(), told.decode()
    running.kill()
    await running.wait()
    assert b"APASS" in told


async def test_events_are_followed_live_and_from_the_past(
    stack: Stack, observer: Visitor, shell: Shell
) -> None:
    async with AsyncClient(stack.url, observer.hashtag) as client:
        stream = client.events(SHELL_TARGET)
        waiting = asyncio.ensure_future(_first_observation(stream))
        ids, number = [], 360
        while not waiting.done():  # what comes before it listens is not heard
            added = await observer.upload(SHELL_TARGET, image(number))
            ids.append(added["followup_id"])
            number += 1
            await asyncio.wait({waiting}, timeout=3)
        first = waiting.result()
        await stream.aclose()
        assert first.content["id"] in ids
        await observer.post("delpoint", followupid=str(ids[-1]))
        after = client.events(SHELL_TARGET, last=first.id)
        told = [one async for one in _until(after, "deletion", ids[-1])]
    assert told[-1].content == {"id": ids[-1]}


async def _first_observation(stream: AsyncGenerator[Happening, None]) -> Happening:
    async for one in stream:
        if one.kind == "observation":  # a network may be solved meanwhile
            return one
    raise AssertionError("the stream ended before it told of an observation")


async def _until(
    stream: AsyncGenerator[Happening, None], kind: str, number: int
) -> AsyncGenerator[Happening, None]:
    async with aclosing(stream) as heard:
        async for one in heard:
            yield one
            if one.kind == kind and one.content["id"] == number:
                return
