"""Starts the processes of the Procfile, and stops every one of them again."""

import asyncio
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from shared.health import is_ready
from stack.watch import watched_broker

__all__ = ["SERVICES", "Stack", "StackError", "running_stack"]

SERVICES = ("gateway", "ingest", "catalog", "imager", "calibrator", "alerts")

_ROOT = Path(__file__).parent.parent
_RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
_START_TIME = 120.0
_STOP_TIME = 9.0
_LONGEST_PATH = 80


class StackError(Exception):
    """The stack cannot run; the text says why and what to do."""


@dataclass(frozen=True)
class Stack:
    """A running stack; ``runner`` is the process all others descend from."""

    url: str
    data_dir: Path
    environment: Mapping[str, str]
    runner: int

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
    environment, own = _environment(given, data_dir)
    url = f"http://127.0.0.1:{environment['CPCS_HTTP_PORT']}"
    with _locked(data_dir):
        runner = _start(environment, [*own, *services], data_dir / "stack.log")
        try:
            await _until_ready(runner, services, data_dir)
            watched = services if "broker" in own else ()
            watch = asyncio.create_task(watched_broker(watched, data_dir))
            yield Stack(url, data_dir, environment, runner.pid)
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
        finally:
            _stop(runner)


def _data_dir(given: Mapping[str, str]) -> Path:
    data_dir = Path(given.get("CPCS_DATA_DIR", ".data")).absolute()
    if len(os.fsencode(data_dir)) > _LONGEST_PATH:
        raise StackError("The path of CPCS_DATA_DIR is too long for its sockets.")
    data_dir.mkdir(parents=True, exist_ok=True)
    return data_dir


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Keep other stacks off the folder."""
    with (data_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise StackError(
                f"Another server uses {data_dir}: set CPCS_DATA_DIR to another folder."
            ) from fault
        yield


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


def _environment(
    given: Mapping[str, str], data_dir: Path
) -> tuple[dict[str, str], list[str]]:
    """Return what the processes see, and what of infrastructure is our own."""
    port = given.get("CPCS_HTTP_PORT", "8080")
    _check_port(port)
    broker, dist, names, store = _free_ports(4)
    environment = {
        **given,
        "PATH": f"{Path(sys.executable).parent}:{given.get('PATH', '')}",
        "CPCS_DATA_DIR": str(data_dir),
        "CPCS_HTTP_PORT": port,
        "CPCS_BROKER_PORT": str(broker),
        "CPCS_BROKER_DIST_PORT": str(dist),
        "ERL_EPMD_PORT": str(names),
        "CPCS_STORE_PORT": str(store),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    needed = {"broker": "CPCS_AMQP_URL", "store": "CPCS_MONGO_URL"}
    own = [process for process, variable in needed.items() if variable not in given]
    environment.setdefault("CPCS_AMQP_URL", f"amqp://guest:guest@127.0.0.1:{broker}/")
    environment.setdefault("CPCS_MONGO_URL", _store_url(store))
    if "broker" in own and not Path(_RABBITMQ).exists():
        raise StackError(
            "RabbitMQ is missing: run 'sudo apt-get install rabbitmq-server', "
            "or set CPCS_AMQP_URL."
        )
    return environment, own


def _store_url(port: int) -> str:
    """Return the embedded store's address.

    It sorts its records of retryable writes at each write, once there are 10,000: a
    write then takes 9 ms, not 1. Everything here is idempotent and tried again anyway.
    """
    return f"mongodb://127.0.0.1:{port}/?retryWrites=false"


def _check_port(port: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError) as fault:
            raise StackError(
                f"Port {port} cannot be used: set CPCS_HTTP_PORT to a free one."
            ) from fault


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _honcho() -> str:
    return str(Path(sys.executable).parent / "honcho")


async def _until_ready(
    runner: subprocess.Popen[bytes], services: Sequence[str], data_dir: Path
) -> None:
    try:
        async with asyncio.timeout(_START_TIME):
            for service in services:
                while not await is_ready(service, data_dir):
                    if runner.poll() is not None:
                        raise StackError(_see_log(data_dir))
                    await asyncio.sleep(0.2)
    except TimeoutError as fault:
        raise StackError(_see_log(data_dir)) from fault


def _see_log(data_dir: Path) -> str:
    return f"The server did not start; {data_dir / 'stack.log'} says why."


def _stop(runner: subprocess.Popen[bytes]) -> None:
    runner.send_signal(signal.SIGTERM)
    try:
        runner.wait(_STOP_TIME)
    except subprocess.TimeoutExpired:
        runner.kill()
        runner.wait()
