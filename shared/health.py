"""Health of a process: on a port, or on a socket in the data folder.

One machine's processes share a folder and need no ports; in containers each has a
folder of its own, and a port that the others and Prometheus reach.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import (
    BaseConnector,
    ClientError,
    ClientSession,
    ClientTimeout,
    UnixConnector,
    web,
)
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.settings import ServiceSettings

__all__ = ["Readiness", "healthy", "is_ready", "readiness", "readiness_at"]


@dataclass(frozen=True)
class Readiness:
    """Whether a process can work, and what an operator should look at."""

    ready: bool
    troubles: tuple[str, ...] = ()


@asynccontextmanager
async def healthy(
    name: str,
    settings: ServiceSettings,
    troubles: Callable[[], Awaitable[Sequence[str]]],
    warnings: Callable[[], Sequence[str]] = tuple,
) -> AsyncIterator[None]:
    """Answer ``/health`` (alive), ``/ready`` (can work) and ``/metrics`` (Prometheus).

    What troubles a process, and what an operator should look at though it works, are
    told, a line each.
    """

    async def answer_ready(_: web.Request) -> web.Response:
        found = await troubles()
        lines = ["not ready" if found else "ready", *found, *warnings()]
        return web.Response(text="\n".join(lines) + "\n", status=_code(found))

    async def answer_metrics(_: web.Request) -> web.Response:
        text = await asyncio.to_thread(generate_latest)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def answer_health(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    site = web.Application()
    site.add_routes(
        [
            web.get("/ready", answer_ready),
            web.get("/health", answer_health),
            web.get("/metrics", answer_metrics),
        ]
    )
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, name, settings)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, name: str, settings: ServiceSettings) -> None:
    if settings.health_port is not None:
        host, port = settings.health_host, settings.health_port
        await web.TCPSite(runner, host, port).start()
        return
    path = _socket(name, settings.data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    await web.UnixSite(runner, path).start()


async def readiness(name: str, data_dir: Path) -> Readiness:
    """Ask a process on this machine whether it is ready, and what troubles it."""
    connector = UnixConnector(path=str(_socket(name, data_dir)))
    return await _asked("http://localhost", connector, "on this machine")


async def readiness_at(address: str) -> Readiness:
    """Ask all processes that answer to ``http://HOST:PORT`` the same.

    A host may be many: all that its name stands for are asked. One that is ready is
    enough; what troubles the others is told.
    """
    addresses = await _addresses(address)
    found = await asyncio.gather(*(_asked(one, None, f"at {one}") for one in addresses))
    troubles = tuple(dict.fromkeys(line for one in found for line in one.troubles))
    return Readiness(any(one.ready for one in found), troubles)


async def _addresses(address: str) -> list[str]:
    """Return the address of each machine that a name stands for, the name if none."""
    where = urlsplit(address)
    try:
        found = await _resolved(where.hostname or "", where.port or 80)
    except OSError:
        return [address]
    hosts = dict.fromkeys((str(place[0]), place[1]) for *_, place in found)
    return [
        f"{where.scheme}://{f'[{host}]' if ':' in host else host}:{port}"
        for host, port in hosts
    ]


async def _resolved(host: str, port: int) -> Sequence[Any]:
    loop = asyncio.get_running_loop()
    return await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)


async def _asked(
    address: str, connector: BaseConnector | None, where: str
) -> Readiness:
    try:
        async with (
            ClientSession(connector=connector, timeout=ClientTimeout(5)) as session,
            session.get(f"{address}/ready") as answer,
        ):
            _, *troubles = (await answer.text()).splitlines()
            ready = answer.status == web.HTTPOk.status_code
            return Readiness(ready, tuple(troubles))
    except (ClientError, OSError, TimeoutError, ValueError):
        return Readiness(ready=False, troubles=(f"it does not answer {where}",))


async def is_ready(name: str, data_dir: Path) -> bool:
    """Ask a process on this machine whether it is ready."""
    return (await readiness(name, data_dir)).ready


def _socket(name: str, data_dir: Path) -> Path:
    return data_dir / "run" / f"{name}.sock"


def _code(troubles: Sequence[str]) -> int:
    answer = web.HTTPServiceUnavailable if troubles else web.HTTPOk
    return answer.status_code
