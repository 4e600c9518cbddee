"""The whole trip of an upload, every write on disk, beside the naive pipeline.

``python -m bench.trip`` uploads the naive pipeline's own field over HTTP, in turn with
that pipeline, and prints the ratio; then what one upload says to broker and store.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout
from astropy.table import Table

from bench.stages import Stages
from bench.taps import Tap, tapped
from bench.upload import columns, naive_pipeline
from bench.waterfall import waterfall
from stack.environment import at_port
from stack.night import Image
from stack.running import Stack, running_stack
from stack.visitor import Visitor

_ROUNDS = 15
_WARMING = 3
_COUNTED = 10
_TARGET = "ivo://Bench"
_QUIET = 1.5


@asynccontextmanager
async def _stack(folder: Path, **changes: str) -> AsyncIterator[tuple[Stack, Visitor]]:
    environment = {
        **os.environ,
        "CPCS_DATA_DIR": str(folder),
        "CPCS_HTTP_PORT": "18970",
        "CPCS_TAP_SERVICES": "",
        "CPCS_FOOTPRINTS": "",
        **changes,
    }
    async with (
        running_stack(environment) as stack,
        ClientSession(timeout=ClientTimeout(120)) as session,
    ):
        yield stack, Visitor(session, stack.url, stack.admin_hashtag())


class _Field:
    """The naive pipeline's field, as a file that can be uploaded again and again."""

    def __init__(self, folder: Path, naive: ModuleType) -> None:
        self.naive = naive
        path, merged, self.target = self.naive.demo_field(
            path=str(folder / "field_{}.cat")
        )
        self.path, self.content = path, Path(path).read_bytes().decode()
        self.surveys: dict[str, Table] = self.naive.as_surveys(merged)
        self._made = 0

    def image(self) -> Image:
        """Return the image of another time."""
        self._made += 1
        return Image(f"{self._made}.cat", 57000.0 + self._made, 60.0, self.content)

    async def sent(self, who: Visitor) -> dict[str, object]:
        """Upload it; return the answer."""
        return await who.upload(_TARGET, self.image())

    async def upload(self, who: Visitor) -> float:
        """Upload it; return how long that took [ms]."""
        image, begun = self.image(), time.perf_counter()
        await who.upload(_TARGET, image, noPlot="1")
        return (time.perf_counter() - begun) * 1e3

    def naively(self) -> float:
        """Calibrate it naively; return how long that took [ms]."""
        begun = time.perf_counter()
        self.naive.naive_pipeline(self.path, self.surveys, self.target)
        return (time.perf_counter() - begun) * 1e3

    async def enter(self, stack: Stack, who: Visitor) -> None:
        """Load the surveys, enter the target, and upload a few times."""
        Stages(stack.data_dir, {k: columns(v) for k, v in self.surveys.items()})
        ra, dec = map(str, self.target)
        await who.post("newevent", EventID=_TARGET, ra=ra, dec=dec)
        for _ in range(_WARMING):
            await self.upload(who)


async def compared(folder: Path, field: _Field) -> None:
    """Print the trip beside the naive pipeline, in turn."""
    async with _stack(folder / "own") as (stack, who):
        await field.enter(stack, who)
        pairs = [
            (await field.upload(who), await asyncio.to_thread(field.naively))
            for _ in range(_ROUNDS)
        ]
        await waterfall(who, partial(field.sent, who))
    ours, naive = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(ours / naive for ours, naive in pairs)
    print(f"trip / naive = {ratio:.2f}: {ours:.0f} ms and {naive:.0f} ms (medians)")


async def counted(folder: Path, field: _Field) -> None:
    """Print what one upload says to broker and store."""
    async with running_stack(
        {**os.environ, "CPCS_DATA_DIR": str(folder / "base")}, ()
    ) as base:
        to_broker, to_store = (
            base.environment[f"CPCS_{kind}_URL"] for kind in ("AMQP", "MONGO")
        )
        ports = [urlsplit(url).port or 0 for url in (to_broker, to_store)]
        for port in ports:
            await _listening(port)
        async with (
            tapped("broker", ports[0]) as broker,
            tapped("store", ports[1]) as store,
            _stack(
                folder / "tapped",
                CPCS_AMQP_URL=at_port(to_broker, broker.port),
                CPCS_MONGO_URL=at_port(to_store, store.port) + "&directConnection=true",
            ) as (stack, who),
        ):
            await field.enter(stack, who)
            await asyncio.sleep(_QUIET)  # what comes after the answer
            broker.passed.clear()
            store.passed.clear()
            for _ in range(_COUNTED):
                await field.upload(who)
            await asyncio.sleep(_QUIET)
    for name, tap in (("broker", broker), ("store", store)):
        _print_counts(name, tap)


async def _listening(port: int) -> None:
    while True:
        try:
            _, there = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.1)
        else:
            there.close()
            return


def _print_counts(name: str, tap: Tap) -> None:
    counts, sizes = Counter[str](), Counter[str]()
    last = ""
    for passed in tap.passed:
        last = passed.what or last
        counts[last] += bool(passed.what)
        sizes[last] += passed.size
    told = {what: count / _COUNTED for what, count in counts.items()}
    whole, size = sum(told.values()), sum(sizes.values()) / _COUNTED / 1000
    print(f"{name}: {whole:.1f} a trip, {size:.0f} kB")
    for what in sorted(told, key=lambda what: -sizes[what]):
        print(f"  {told[what]:5.1f} × {what}, {sizes[what] / _COUNTED / 1000:.1f} kB")


async def _main() -> None:
    naive = naive_pipeline()
    if naive is None:
        print("trip: the naive pipeline is not beside this checkout")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        field = _Field(folder, naive)
        await compared(folder, field)
        await counted(folder, field)


if __name__ == "__main__":
    asyncio.run(_main())
