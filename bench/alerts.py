"""Speed of alert streams: ``python -m bench.alerts``.

10,000 packets at full speed through VTP, each acknowledged when it is on disk, until
each has its decision and every target is on the gateway's list; and the reading of
packets beside voevent-parse, in the same run.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import voeventparse
from aiohttp import ClientSession

from services.alerts.reading import read_packet
from stack.running import Stack
from stack.visitor import Visitor
from tests.support.alerts import voevent
from tests.support.server import server
from tests.support.vtp import Broker, Peer, broker
from tests.support.waiting import eventually

_PACKETS = 10_000
_GAIA = "ivo://gaia.cam.uk/alerts#"


def _packets() -> list[bytes]:
    return [
        voevent(
            f"{_GAIA}B{n:05}",
            ra=(n * 0.77) % 360,
            dec=-60 + n % 120,
            params=f'<Param name="id" ucd="meta.id" value="B{n:05}"/>',
        )
        for n in range(_PACKETS)
    ]


async def _through(peer: Peer, packets: list[bytes]) -> float:
    """Return how long [s] it takes until all are acknowledged."""
    start = time.perf_counter()

    async def hear() -> None:
        for _ in packets:
            await peer.answer()

    hearing = asyncio.create_task(hear())
    for raw in packets:
        await peer.send(raw)
    await hearing
    return time.perf_counter() - start


async def _listed(stack: Stack) -> int:
    async with ClientSession() as session:
        found = await Visitor(session, stack.url).get("status", format="json")
    return int(found["targets"])


async def _all_listed(stack: Stack) -> bool:
    await asyncio.sleep(1)  # who asks more often measures the asking
    return await _listed(stack) >= _PACKETS


async def _replay(stack: Stack, upstream: Broker) -> None:
    peer, packets = await upstream.peer(), _packets()
    start = time.perf_counter()
    acked = await _through(peer, packets)
    await eventually(partial(_all_listed, stack), within=3600)
    whole = time.perf_counter() - start
    doubled = await _through(peer, packets)
    count = await _listed(stack)
    print(f"{_PACKETS:,} packets: on disk and acknowledged {_PACKETS / acked:,.0f} /s")
    print(f"decided, targets listed by the gateway: {_PACKETS / whole:,.0f} /s")
    print(f"the same again, all known: {_PACKETS / doubled:,.0f} /s; targets {count:,}")


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(200):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def _reading() -> None:
    raw = _packets()[0]
    ours = _median(lambda: read_packet(raw))

    def theirs() -> None:
        tree = voeventparse.loads(raw)
        voeventparse.get_event_position(tree)
        voeventparse.get_toplevel_params(tree)

    peer = _median(theirs)
    print(f"read a packet [ms]: {ours:.3f}, voevent-parse {peer:.3f}", end="")
    print(f", ratio {ours / peer:.2f}")


async def _main() -> None:
    _reading()
    async with broker() as upstream:
        with tempfile.TemporaryDirectory() as folder:
            changes = {
                "CPCS_VTP_UPSTREAMS": f"127.0.0.1:{upstream.port}",
                "CPCS_VTP_IDLE": "3600",  # the broker here says nothing meanwhile
                "CPCS_LOG_LEVEL": "WARNING",
            }
            async with server(Path(folder), **changes) as stack:
                await _replay(stack, upstream)


if __name__ == "__main__":
    asyncio.run(_main())
