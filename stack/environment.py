"""What the processes of a stack are told: ports, passwords, and where all of it is.

It is written to ``environment`` in the data folder, for the operator's commands.
"""

import json
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stack.store import USER

__all__ = ["Given", "StackError", "at_port", "environment_of", "keep"]

_RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
_LONGEST_PATH = 80
_PASSWORDS = ("CPCS_BROKER_PASSWORD", "CPCS_STORE_PASSWORD")
_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(16 << 20),
}
"""Memory that was given back is kept for the next message (ADR 32)."""


class StackError(Exception):
    """The stack cannot run; the text says why and what to do."""


@dataclass(frozen=True)
class Given:
    """What the processes see, and what of infrastructure is the stack's own."""

    environment: Mapping[str, str]
    own: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where the site is."""
        return f"http://127.0.0.1:{self.environment['CPCS_HTTP_PORT']}"


def environment_of(given: Mapping[str, str], data_dir: Path) -> Given:
    """Return what the processes see.

    Raises
    ------
    StackError
        The port is taken, a path too long, or RabbitMQ is missing.
    """
    if len(os.fsencode(data_dir)) > _LONGEST_PATH:
        raise StackError("The path of CPCS_DATA_DIR is too long for its sockets.")
    port = given.get("CPCS_HTTP_PORT", "8080")
    _check_port(port)
    needed = {"broker": "CPCS_AMQP_URL", "store": "CPCS_MONGO_URL"}
    own = tuple(name for name, variable in needed.items() if variable not in given)
    if "broker" in own and not Path(_RABBITMQ).exists():
        raise StackError(
            "RabbitMQ is missing: run 'sudo apt-get install rabbitmq-server', "
            "or set CPCS_AMQP_URL."
        )
    environment = {
        **given,
        "PATH": f"{Path(sys.executable).parent}:{given.get('PATH', '')}",
        "CPCS_DATA_DIR": str(data_dir),
        "CPCS_STACK_LOCK": str(data_dir / "lock"),
        "CPCS_HTTP_PORT": port,
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
        **_MEMORY,
    }
    return Given(_addresses(data_dir) | environment, own)


def _addresses(data_dir: Path) -> dict[str, str]:
    """Return where a broker and a store of our own are, and how to be let in."""
    broker, dist, names, store = map(str, _free_ports(4))
    passwords = _passwords(data_dir / "passwords")
    to_broker, to_store = (f"{USER}:{passwords[name]}" for name in _PASSWORDS)
    return {
        **passwords,
        "CPCS_BROKER_PORT": broker,
        "CPCS_BROKER_DIST_PORT": dist,
        "ERL_EPMD_PORT": names,
        "CPCS_STORE_PORT": store,
        "CPCS_AMQP_URL": f"amqp://{to_broker}@127.0.0.1:{broker}/",
        # The embedded store sorts its records of retryable writes at each write, once
        # there are 10,000: a write then takes 9 ms, not 1. All writes of ours are
        # idempotent and tried again anyway.
        "CPCS_MONGO_URL": f"mongodb://{to_store}@127.0.0.1:{store}/?retryWrites=false",
    }


def _passwords(path: Path) -> dict[str, str]:
    """Return the passwords of a data folder, made when it is new."""
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text("ascii"))
        return kept
    made = {name: secrets.token_hex(16) for name in _PASSWORDS}
    _write_secret(path, json.dumps(made))
    return made


def keep(given: Given, data_dir: Path) -> None:
    """Write where the server is, for the operator's commands; for nobody else."""
    names = ("CPCS_DATA_DIR", "CPCS_AMQP_URL", "CPCS_MONGO_URL", "CPCS_HTTP_PORT")
    lines = [f"{name}={given.environment[name]}\n" for name in names]
    _write_secret(data_dir / "environment", "".join(lines))


def at_port(url: str, port: int) -> str:
    """Return an address with another port, as of a link to what it names."""
    parts = urlsplit(url)
    login, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{login}@{host.split(':')[0]}:{port}").geturl()


def _write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(0o600, exist_ok=False)
    part.write_text(text, "utf-8")
    part.replace(path)


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
