"""Starts the processes of the Procfile, and stops every one of them again."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from shared.health import is_ready
from shared.messaging.rabbit_connection import broker_fault
from shared.messaging.topology import SERVICES
from shared.mongo import store_fault
from shared.settings import ServiceSettings
from stack.environment import StackError, environment_of, keep
from stack.watch import watched_broker

__all__ = ["SERVICES", "Stack", "StackError", "running_stack"]

_ROOT = Path(__file__).parent.parent
_NOTHING = "nothing"
"""What is run where nothing is to be: without a name all would be."""
_START_TIME = 120.0
_STOP_TIME = 9.0
_LEAVING_TIME = 20.0
"""[s] That the processes of a stack that was killed may take to end."""


@dataclass(frozen=True)
class Stack:
    """A running stack.

    Attributes
    ----------
    runner
        The process that all others descend from.
    ended
        Is done when they have ended though nobody stopped them.
    """

    url: str
    data_dir: Path
    environment: Mapping[str, str]
    runner: int
    ended: "asyncio.Task[int] | None" = None

    def admin_hashtag(self) -> str:
        """Return the administrator's hashtag."""
        return (
            self.environment.get("CPCS_ADMIN_HASHTAG")
            or (self.data_dir / "admin-hashtag").read_text("ascii").strip()
        )


@asynccontextmanager
async def running_stack(
    given: Mapping[str, str], services: Sequence[str] = SERVICES
) -> AsyncIterator[Stack]:
    """Run the whole server while the block runs.

    Parameters
    ----------
    given
        The environment: a broker or store that ``CPCS_AMQP_URL`` or
        ``CPCS_MONGO_URL`` name is used, otherwise one of our own is started.
    services
        Which services to run.

    Raises
    ------
    StackError
        RabbitMQ is missing, the port is taken, or a process does not come up.
    """
    data_dir = _data_dir(given)
    async with _locked(data_dir):
        told = environment_of(given, data_dir)
        keep(told, data_dir)
        processes = [*told.own, *services] or [_NOTHING]
        runner = _start(told.environment, processes, data_dir / "stack.log")
        try:
            await _until_ready(runner, services, told.environment)
            watched = services if "broker" in told.own else ()
            watch = asyncio.create_task(watched_broker(watched, data_dir))
            ended = asyncio.create_task(asyncio.to_thread(runner.wait))
            yield Stack(told.url, data_dir, told.environment, runner.pid, ended)
            for task in (watch, ended):
                task.cancel()
            await asyncio.wait((watch, ended))
        finally:
            _stop(runner)


def _data_dir(given: Mapping[str, str]) -> Path:
    data_dir = Path(given.get("CPCS_DATA_DIR", ".data")).absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    return data_dir


@asynccontextmanager
async def _locked(data_dir: Path) -> AsyncIterator[None]:
    """Keep other stacks off the folder, and wait for what a killed one left.

    The lock is this process's life for its children (see ``keep.sh``); they hold
    another together, and so does all that descends from them.
    """
    lock = data_dir / "lock"
    with lock.open("w") as life, lock.with_name("lock.kept").open("w") as kept:
        in_use = f"Another server uses {data_dir}: set CPCS_DATA_DIR to another folder."
        left = f"Processes of a server that ended still use {data_dir}: try again."
        await _taken(life, fcntl.LOCK_SH, 0, in_use)  # those that are left may see it
        await _taken(kept, fcntl.LOCK_EX, _LEAVING_TIME, left)
        await _taken(life, fcntl.LOCK_EX, 1, in_use)
        fcntl.flock(kept, fcntl.LOCK_UN)
        yield


async def _taken(file: IO[str], kind: int, patience: float, else_told: str) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        try:
            return fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            if loop.time() >= end:
                raise StackError(else_told) from fault
        await asyncio.sleep(0.1)


def _start(
    environment: Mapping[str, str], processes: list[str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("ab") as lines:
        return subprocess.Popen(
            [_honcho(), "--no-colour", "-e", os.devnull, "start", *processes],
            cwd=_ROOT,
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _honcho() -> str:
    return str(Path(sys.executable).parent / "honcho")


async def _until_ready(
    runner: subprocess.Popen[bytes],
    services: Sequence[str],
    environment: Mapping[str, str],
) -> None:
    data_dir = Path(environment["CPCS_DATA_DIR"])
    try:
        async with asyncio.timeout(_START_TIME):
            while not await _all_ready(services, environment, data_dir):
                if runner.poll() is not None:
                    raise StackError(_see_log(data_dir))
                await asyncio.sleep(0.2)
    except TimeoutError as fault:
        raise StackError(_see_log(data_dir)) from fault


async def _all_ready(
    services: Sequence[str], environment: Mapping[str, str], data_dir: Path
) -> bool:
    """Ask the services; without any, broker and store themselves."""
    for service in services:
        if not await is_ready(service, data_dir):
            return False
    if services:
        return True
    ground = ServiceSettings(
        amqp_url=environment["CPCS_AMQP_URL"], mongo_url=environment["CPCS_MONGO_URL"]
    )
    return not (await store_fault(ground) or await broker_fault(ground))


def _see_log(data_dir: Path) -> str:
    return f"The server did not start; {data_dir / 'stack.log'} says why."


def _stop(runner: subprocess.Popen[bytes]) -> None:
    runner.send_signal(signal.SIGTERM)
    try:
        runner.wait(_STOP_TIME)
    except subprocess.TimeoutExpired:
        runner.kill()
        runner.wait()
