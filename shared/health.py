"""Health of a process, on a socket in the data folder: no port to collide with.

``python -m shared.health NAME…`` exits 0 when every named process is ready.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector, web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.settings import ServiceSettings, settings_of

__all__ = ["Readiness", "health_socket", "is_ready", "readiness"]


@dataclass(frozen=True)
class Readiness:
    """Whether a process can work, and what an operator should look at."""

    ready: bool
    troubles: tuple[str, ...] = ()


@asynccontextmanager
async def health_socket(
    name: str,
    data_dir: Path,
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
    path = _socket(name, data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    await web.UnixSite(runner, path).start()
    try:
        yield
    finally:
        await runner.cleanup()
        path.unlink(missing_ok=True)


async def readiness(name: str, data_dir: Path) -> Readiness:
    """Ask a process on this machine whether it is ready, and what troubles it."""
    connector = UnixConnector(path=str(_socket(name, data_dir)))
    try:
        async with (
            ClientSession(connector=connector, timeout=ClientTimeout(5)) as session,
            session.get("http://localhost/ready") as answer,
        ):
            _, *troubles = (await answer.text()).splitlines()
            ready = answer.status == web.HTTPOk.status_code
            return Readiness(ready, tuple(troubles))
    except (ClientError, OSError, TimeoutError):
        return Readiness(ready=False, troubles=("it does not answer on this machine",))


async def is_ready(name: str, data_dir: Path) -> bool:
    """Ask a process on this machine whether it is ready."""
    return (await readiness(name, data_dir)).ready


def _socket(name: str, data_dir: Path) -> Path:
    return data_dir / "run" / f"{name}.sock"


def _code(troubles: Sequence[str]) -> int:
    answer = web.HTTPServiceUnavailable if troubles else web.HTTPOk
    return answer.status_code


async def _all_ready(names: list[str]) -> bool:
    data_dir = settings_of(ServiceSettings).data_dir
    return all([await is_ready(name, data_dir) for name in names])


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(_all_ready(sys.argv[1:])) else 1)
