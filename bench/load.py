"""Load: rising rates until latency breaks, memory over many uploads, crowds.

``python -m bench.load [--uploads N] [--listeners N]`` prints, on this machine: what
comes back at each rate with one and with two of each service; how memory grows; whether
uploads go on beside slow visitors, large files and listeners. Rates are open: the next
upload comes whether or not the last was answered, as nights do it.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from itertools import count, cycle
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bench.memory import proportional
from stack.running import SERVICES, Stack
from stack.visitor import RefusedError, Visitor
from tests.support.processes import find
from tests.support.server import DEC, RA, image, load, server, visitor

_TARGET = "ivo://Load"
_RATES = (1, 2, 4, 8, 16)
_SECONDS = 15
_BROKEN = 10.0
"""[s] A median beyond this is no service any more: higher rates are not tried."""
_MANY = {
    "CPCS_RATE_OF_REQUESTS": "1000000/minute",
    "CPCS_RATE_OF_CHANGES": "1000000/minute",
}
Visit = Callable[[ClientSession, str], Coroutine[Any, Any, None]]
"""What one visitor does, until it is told to stop."""
_SEEDS = count(1)
_CATALOGUE = image(1)


@asynccontextmanager
async def _server(folder: Path, replicas: int) -> AsyncIterator[list[Stack]]:
    """Run so many of each service on one broker and one store."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(server(folder / "0", **_MANY))
        same = {
            name: first.environment[name]
            for name in ("CPCS_AMQP_URL", "CPCS_MONGO_URL")
        }
        same["CPCS_ADMIN_HASHTAG"] = first.admin_hashtag()
        more = [
            await stack.enter_async_context(
                server(folder / str(number), **same, **_MANY)
            )
            for number in range(1, replicas)
        ]
        await load(first)
        yield [first, *more]


class _Crowd:
    """Uploads that come at a rate, at any of the gateways."""

    def __init__(self, visitors: Sequence[Visitor]) -> None:
        self._visitors = cycle(visitors)

    async def come(self, rate: float, seconds: float) -> str:
        """Upload at a rate; return what came back, as a row."""
        self.waits: list[float] = []
        self.answers: Counter[str] = Counter()
        begun = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(round(rate * seconds)):
                await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
                _ = group.create_task(self._one())
        took = time.monotonic() - begun
        return self._row(rate, took)

    async def _one(self) -> None:
        begun, seed = time.monotonic(), next(_SEEDS)
        one = replace(_CATALOGUE, mjd=50_000 + seed / 1000)
        try:
            answer = await next(self._visitors).upload(_TARGET, one, noPlot="1")
            self.answers["answered" if answer.get("mag") else "by link"] += 1
        except RefusedError as fault:
            self.answers[str(fault.status)] += 1
        except (ClientError, TimeoutError) as fault:
            self.answers[type(fault).__name__] += 1
        self.waits.append(time.monotonic() - begun)

    def _row(self, rate: float, took: float) -> str:
        waits = sorted(self.waits)
        p99 = waits[min(len(waits) - 1, int(0.99 * len(waits)))]
        done = self.answers["answered"] / took
        return (
            f"  {rate:5.0f} a second: {done:5.1f} answered, p50 "
            f"{statistics.median(waits):6.2f} s, p99 {p99:6.2f} s  {dict(self.answers)}"
        )


async def _visitors(stack: AsyncExitStack, stacks: Sequence[Stack]) -> list[Visitor]:
    who = await stack.enter_async_context(visitor(stacks[0], "Crowd"))
    await who.post("newevent", EventID=_TARGET, ra=str(RA), dec=str(DEC))
    session = await stack.enter_async_context(
        ClientSession(timeout=ClientTimeout(120), connector=TCPConnector(limit=0))
    )
    return [Visitor(session, each.url, who.hashtag) for each in stacks]


async def rates(folder: Path, replicas: int) -> None:
    """Print what comes back at rising rates."""
    print(f"rising rates, {replicas} of each service", flush=True)
    async with _server(folder, replicas) as stacks, AsyncExitStack() as stack:
        crowd = _Crowd(await _visitors(stack, stacks))
        await crowd.come(2, 5)
        for rate in _RATES:
            print(await crowd.come(rate, _SECONDS), flush=True)
            if statistics.median(crowd.waits) > _BROKEN:
                break


def _memory(stacks: Sequence[Stack]) -> dict[str, float]:
    """Return the proportional memory of each service's processes [MB]."""
    found = {}
    for name in SERVICES:
        pids = [pid for one in stacks for pid in find(one, f"services.{name}")]
        found[name] = round(sum(map(proportional, pids)), 0)
    return found


async def endurance(folder: Path, uploads: int) -> None:
    """Print how memory grows over many uploads."""
    print(f"memory over {uploads} uploads, one of each service [MB]", flush=True)
    async with _server(folder, 1) as stacks, AsyncExitStack() as stack:
        crowd = _Crowd(await _visitors(stack, stacks))
        for done in range(0, uploads + 1, max(1, uploads // 5)):
            memory = _memory(stacks)
            print(
                f"  after {done:6}: {sum(memory.values()):5.0f}  {memory}", flush=True
            )
            if done < uploads:
                await crowd.come(5, uploads / 5 / 5)


async def crowds(folder: Path, listeners: int) -> None:
    """Print whether uploads go on beside slow visitors, large files and listeners."""
    async with _server(folder, 1) as stacks, AsyncExitStack() as stack:
        crowd = _Crowd(await _visitors(stack, stacks))
        url = stacks[0].url
        print("alone", await crowd.come(2, 10), flush=True)
        for told, visit, number in (
            ("beside 200 slow visitors", _slow, 200),
            ("beside 4 × 50 MB at once", _large, 4),
            (f"beside {listeners} listeners", _listener, listeners),
        ):
            async with _beside(visit, url, number):
                print(told, await crowd.come(2, 10), flush=True)
        print(f"memory after them [MB]: {_memory(stacks)}")


@asynccontextmanager
async def _beside(visit: Visit, url: str, number: int) -> AsyncIterator[None]:
    connector = TCPConnector(limit=0)
    async with ClientSession(
        connector=connector, timeout=ClientTimeout(None)
    ) as session:
        tasks = [asyncio.create_task(visit(session, url)) for _ in range(number)]
        await asyncio.sleep(3)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _slow(_: ClientSession, url: str) -> None:
    """Send a request a byte a second."""
    host, port = url.removeprefix("http://").split(":")
    while True:
        with suppress(OSError):
            writer = (await asyncio.open_connection(host, int(port)))[1]
            for byte in b"GET / HTTP/1.1\r\nHost: example.org\r\nX-Slow: " + b"x" * 99:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
            writer.close()


async def _large(session: ClientSession, url: str) -> None:
    """Send 50 MB that are no star list."""
    while True:
        with suppress(ClientError, OSError):
            async with session.post(f"{url}/cgi/upload", data=os.urandom(50_000_000)):
                pass
        await asyncio.sleep(1)


async def _listener(session: ClientSession, url: str) -> None:
    """Listen to what happens."""
    with suppress(ClientError, OSError):
        async with session.get(f"{url}/api/v1/events") as answer:
            async for _ in answer.content:
                pass


async def _measure(folder: Path, uploads: int, listeners: int) -> None:
    await rates(folder / "one", 1)
    await rates(folder / "two", 2)
    await endurance(folder / "many", uploads)
    await crowds(folder / "crowds", listeners)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uploads", type=int, default=1000)
    parser.add_argument("--listeners", type=int, default=200)
    order = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), order.uploads, order.listeners))


if __name__ == "__main__":
    main()
