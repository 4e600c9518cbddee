"""Speed of an upload: end to end, and its compute part beside a naive pipeline.

``python -m bench.upload`` prints medians of one run on one machine; the ratios are
what to compare between machines. The naive pipeline is what an astropy user writes in
an afternoon; it is looked for beside this checkout.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from aiohttp import ClientSession, ClientTimeout
from astropy.table import Table

from bench.lateness import looks_of, told
from bench.stages import Stages
from stack.night import Image
from stack.running import running_stack
from stack.sky import simulated_sky
from stack.visitor import Visitor

_TOOLS = Path(__file__).parents[2] / "shared" / "tools"
_UPLOADS = 60
_AT_ONCE = (1, 2, 4, 8, 16)
_ROUNDS = 9
_STARS = 500
_TARGET = "ivo://Bench"
_RA, _DEC = 120.0, 30.0


def naive_pipeline() -> ModuleType | None:
    """Return the naive pipeline, if it is beside this checkout."""
    if not _TOOLS.exists():
        return None
    sys.path.insert(0, str(_TOOLS))
    return import_module("naive_pipeline")


def compute(folder: Path) -> None:
    """Print the compute part of a 5,000-star upload, stage by stage."""
    naive = naive_pipeline()
    if naive is None:
        print("compute: the naive pipeline is not beside this checkout, no ratio")
        return
    path, merged, target = naive.demo_field(path=str(folder / "field_{}.cat"))
    surveys = naive.as_surveys(merged)
    stages = Stages(folder, {name: columns(it) for name, it in surveys.items()})
    ours = _medians(lambda: stages.run(Path(path).read_bytes(), target))
    peer = _median(lambda: naive.naive_pipeline(path, surveys, target))
    total = sum(ours.values())
    print("compute, 5,000 stars × 12 columns, 5 surveys with 20 bands [ms]")
    print("  " + "  ".join(f"{name} {ms:.1f}" for name, ms in ours.items()))
    print(f"  ours {total:.1f}, naive {peer:.1f}: naive / ours = {peer / total:.1f}")


def columns(survey: Table) -> Table:
    """Rename ``e_BAND`` to ``BAND_err``, as survey files are named here."""
    table = survey["ra", "dec"]
    for band in survey.meta["bands"]:
        table[band], table[f"{band}_err"] = survey[band], survey[f"e_{band}"]
    return table


def _median(work: Callable[[], Any]) -> float:
    return statistics.median(_timed(work) for _ in range(_ROUNDS))


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def _medians(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    work()
    rounds = [work() for _ in range(_ROUNDS)]
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


async def end_to_end(folder: Path) -> None:
    """Print what an observer waits for, and how late loops are, by uploads at once."""
    sky = simulated_sky(np.random.default_rng(1), _RA, _DEC, 0.15, _STARS)
    environment = {**os.environ, "CPCS_DATA_DIR": str(folder / "stack")}
    async with (
        running_stack(environment) as stack,
        ClientSession(timeout=ClientTimeout(120)) as session,
    ):
        Stages(stack.data_dir, {"APASS": sky.survey(np.random.default_rng(2))})
        who = Visitor(session, stack.url, stack.admin_hashtag())
        await who.post("newevent", EventID=_TARGET, ra=str(_RA), dec=str(_DEC))
        rng = np.random.default_rng(3)
        images = [
            Image(
                f"{n}.cat",
                57000.0 + n,
                60.0,
                sky.image(rng, "r", 22.0, target=(_RA, _DEC, 14.0)),
            )
            for n in range((len(_AT_ONCE) + 1) * _UPLOADS)
        ]
        await _rate(who, images[:_UPLOADS], 2)
        print(f"end to end, {_STARS} stars, 5 bands, every write on disk")
        for number, at_once in enumerate(_AT_ONCE, start=1):
            batch = images[number * _UPLOADS : (number + 1) * _UPLOADS]
            before = await looks_of(stack.data_dir)
            print(await _rate(who, batch, at_once), flush=True)
            late = told(before, await looks_of(stack.data_dir))
            print(f"    loops late by more than 20 ms: {late}", flush=True)


async def _rate(who: Visitor, images: list[Image], at_once: int) -> str:
    doors = asyncio.Semaphore(at_once)
    waits: list[float] = []

    async def upload(image: Image) -> None:
        async with doors:
            start = time.perf_counter()
            await who.upload(_TARGET, image, noPlot="1")
            waits.append((time.perf_counter() - start) * 1e3)

    start = time.perf_counter()
    await asyncio.gather(*(upload(image) for image in images))
    rate = len(images) / (time.perf_counter() - start)
    p50, p99 = np.percentile(waits, [50, 99])
    return (
        f"  {at_once:2} at once: p50 {p50:5.0f} ms, p99 {p99:5.0f} ms, "
        f"{rate:5.1f} uploads/s"
    )


def main() -> None:
    """Run the benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compute(folder)
        asyncio.run(end_to_end(folder))


if __name__ == "__main__":
    main()
