"""A data folder of the release before, with work in its queues, under this one.

That release let everybody of the machine into broker and store, and made its queues
with the arguments of its time.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aio_pika
import pytest
from aiohttp import ClientSession

from shared.mongo import store_fault
from shared.settings import ServiceSettings
from stack.visitor import Visitor
from tests.faults.conftest import SLOW
from tests.support.server import DEC, RA, environment, free_port, image, load, server
from tests.support.server import visitor as visiting
from tests.support.waiting import eventually

TARGET = "ivo://Older"
QUEUE = "calibrator.field.matched.v1"
WAITING = 4
SECANTUS = str(Path(sys.executable).parent / "secantusd-py")


@asynccontextmanager
async def ground_of_old(folder: Path) -> AsyncIterator[dict[str, str]]:
    """Run broker and store as the release before did: without passwords."""
    broker, store = free_port(), free_port()
    told = {
        "CPCS_BROKER_PORT": str(broker),
        "CPCS_BROKER_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": str(free_port()),
        "CPCS_AMQP_URL": f"amqp://guest:guest@127.0.0.1:{broker}/",
        "CPCS_MONGO_URL": f"mongodb://127.0.0.1:{store}/?retryWrites=false",
    }
    known = {**environment(folder), **told}
    commands = (
        ("stack/broker.sh",),
        (
            *(SECANTUS, "--host", "127.0.0.1", "--port", str(store)),
            *("--storage-path", str(folder / "store"), "--sync-on-commit"),
        ),
    )
    running = [await started(known, *command) for command in commands]
    try:
        yield told
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def started(
    known: Mapping[str, str], *command: str
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        env=dict(known),
        start_new_session=True,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def with_an_older_queue(told: Mapping[str, str]) -> None:
    """Make the calibrator's queue with other arguments than today's."""
    connection = await aio_pika.connect_robust(told["CPCS_AMQP_URL"], fail_fast=False)
    async with connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange("cpcs", "topic", durable=True)
        queue = await channel.declare_queue(
            QUEUE, durable=True, arguments={"x-queue-type": "quorum"}
        )
        await queue.bind(exchange, "field.matched.v1.#")


@pytest.mark.timeout(SLOW)
async def test_what_waits_in_the_folder_of_an_older_release_is_done_by_this_one(
    tmp_path: Path,
) -> None:
    async with ground_of_old(tmp_path) as told:
        await with_an_older_queue(told)
        settings = ServiceSettings(
            amqp_url=told["CPCS_AMQP_URL"], mongo_url=told["CPCS_MONGO_URL"]
        )

        async def answers() -> bool:
            return not await store_fault(settings)

        await eventually(answers)
        some = ("gateway", "ingest", "catalog", "alerts")
        async with server(tmp_path, some, CPCS_ANSWER_TIMEOUT="1", **told) as stack:
            await load(stack)
            async with visiting(stack, "Older") as who:
                await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
                for seed in range(WAITING):
                    assert "job" in str(await who.upload(TARGET, image(seed)))
                hashtag = who.hashtag
    async with server(tmp_path) as stack, ClientSession() as session:
        again = Visitor(session, stack.url, hashtag)

        async def all_done() -> bool:
            return len((await again.light_curve(TARGET))["id"]) == WAITING

        await eventually(all_done)
        told_now = await again.get("status", format="json")
        assert "of another version" in str(told_now["troubles"]["calibrator"])
