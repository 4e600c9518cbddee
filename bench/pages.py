"""Speed of the pages: ``python -m bench.pages``.

Server time of each page at 1,000 alerts and 20,000 observations, then at ten times as
many; and the browser's time to a settled light curve beside plotly on the same page
and machine. All in one run.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import ClientSession
from playwright.async_api import Page, async_playwright
from pymongo import AsyncMongoClient, UpdateOne

from services.gateway.domain.files import FILES
from services.gateway.domain.search import parts_of
from shared.kernel.cells import cell
from stack.running import Stack
from tests.support.builders import ALERT, recorded
from tests.support.server import server

_PLOTLY = Path(".npm/node_modules/plotly.js-dist-min/plotly.min.js")
_CHROMIUM = "/usr/bin/chromium"
_PAGES = (
    "/",
    "/list_of_alerts",
    "/list_of_alerts?offset=200",
    "/list_of_alerts?observed_only=1",
    "/list_of_alerts?sort=observed",
    "/list_of_alerts?search=T77",
    "/list_of_alerts?search=T7",
    "/list_of_alerts?search=10+20+60",
    "/list_of_followups",
    "/list_of_followups?observer=2",
    "/observatories",
    "/light_curve?alert_id=5",
    "/api/v1/targets",
    "/api/v1/observations?since=57010&until=57011",
    "/list_of_followups?since=57010&until=57900",
)


async def _fill(database: Any, alerts: range, points: range) -> None:
    rng = np.random.default_rng(5)
    every = alerts.stop - 1
    for first in range(alerts.start, alerts.stop, 1000):
        some = range(first, min(first + 1000, alerts.stop))
        await database["alerts"].insert_many([_alert(n, rng) for n in some])
    for first in range(points.start, points.stop, 2000):
        some = range(first, min(first + 2000, points.stop))
        await database["observations"].insert_many(
            [_point(n, 1 + n % every, rng) for n in some]
        )
    for field, whole in (("alert_id", alerts), ("observer_id", range(2, 3))):
        stamps = [{"_id": f"{field}:{n}", "stamp": "filled"} for n in whole]
        await database["tallies"].delete_many(
            {"_id": {"$in": [one["_id"] for one in stamps]}}
        )
        await database["tallies"].insert_many(stamps)
    top = points.stop - 1
    lasts = {1 + number % every: number for number in range(top - every + 1, top + 1)}
    await database["alerts"].bulk_write(
        [UpdateOne({"_id": n}, {"$set": {"last": m}}) for n, m in lasts.items()]
    )
    tops = {"alerts": alerts.stop - 1, "observations": points.stop - 1}
    for name, top in tops.items():
        await database["tops"].update_one(
            {"_id": name}, {"$set": {"top": top}}, upsert=True
        )


def _alert(number: int, rng: np.random.Generator) -> dict[str, object]:
    dec = float(np.degrees(np.arcsin(rng.uniform(-1, 1))))
    place = {"ra": float(rng.uniform(0, 360)), "dec": dec}
    alert = ALERT.model_copy(
        update={"id": number, "ivorn": f"ivo://T{number}", **place}
    )
    return {
        "_id": number,
        "number": number,
        "revision": 1,
        "names": [alert.ivorn.casefold()],
        "name_key": alert.ivorn.casefold(),
        "merged": False,
        "cell": cell(place["ra"], dec),
        "parts": parts_of(alert.ivorn),
        "observed": True,
        "last": 0,
        "alert": alert.model_dump(mode="json"),
    }


def _point(number: int, target: int, rng: np.random.Generator) -> dict[str, object]:
    given = recorded(observation_id=number).model_dump(mode="json")
    given["frame"]["mjd"] = mjd = float(57000 + rng.uniform(0, 1000))
    given["frame"]["target"]["alert_id"] = target
    given["magnitude"]["mag"] = float(15 + rng.normal(0, 0.5))
    given["zero_point"]["band"] = band = str(rng.choice(list("gri")))
    return {
        "_id": number,
        "number": number,
        "revision": 1,
        "alert_id": target,
        "observer_id": 2,
        "deleted": False,
        "mjd": mjd,
        "survey": "APASS",
        "band": band,
        "point": given,
    }


async def _times(stack: Stack) -> dict[str, float]:
    """Return the median time [ms] of each page."""
    taken: dict[str, float] = {}
    async with ClientSession() as session:
        for page in _PAGES:
            runs = []
            for _ in range(7):
                start = time.perf_counter()
                async with session.get(stack.url + page) as answer:
                    await answer.read()
                    answer.raise_for_status()
                runs.append(1000 * (time.perf_counter() - start))
            taken[page] = statistics.median(runs)
    return taken


@asynccontextmanager
async def _stack() -> AsyncIterator[tuple[Stack, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        async with server(
            Path(folder), CPCS_LOG_LEVEL="WARNING", CPCS_OPEN_DATA="1"
        ) as stack:
            url = stack.environment["CPCS_MONGO_URL"]
            client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url)
            async with client:
                yield stack, client["cpcs_gateway"]


async def _scale(stack: Stack, database: Any) -> None:
    await _fill(database, range(1, 1001), range(1, 20_001))
    few = await _times(stack)
    await _fill(database, range(1001, 10_001), range(20_001, 200_001))
    many = await _times(stack)
    print(
        "\nserver time [ms]                              1,000   10,000 alerts  ratio"
    )
    for page in _PAGES:
        ratio = many[page] / few[page]
        print(f"{page:45}{few[page]:7.1f} {many[page]:9.1f} {ratio:12.2f}")


async def _curves(stack: Stack, database: Any) -> None:
    """Print the browser's time [ms] from having the points to a settled drawing."""
    print("\nlight curve: points   ours [ms]   plotly [ms]   ratio   formats [ms]")
    first = 1_000_000
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for target, count in ((20_001, 13_503), (20_002, 100_000)):
            rng = np.random.default_rng(1)
            await database["alerts"].insert_one(_alert(target, rng))
            for start in range(0, count, 2000):
                some = range(first + start, first + min(start + 2000, count))
                await database["observations"].insert_many(
                    [_point(number, target, rng) for number in some]
                )
            first += count
            await database["tops"].update_one(
                {"_id": "observations"}, {"$set": {"top": first}}
            )
            page = await browser.new_page(viewport={"width": 1200, "height": 800})
            ours, plotly = await _ours(page, stack, target), await _plotly(page)
            formats = await _formats(stack, target)
            ratio = ours / plotly
            print(f"{count:19,} {ours:11.0f} {plotly:13.0f} {ratio:7.2f}   {formats}")
            await page.close()
        await browser.close()


async def _ours(page: Page, stack: Stack, target: int) -> float:
    await page.goto(f"{stack.url}/light_curve?alert_id={target}")
    await page.wait_for_selector("#lightcurve[data-settled]", timeout=120_000)
    runs = []
    for _ in range(3):
        await page.reload()
        await page.wait_for_selector("#lightcurve[data-settled]", timeout=120_000)
        told = await page.get_attribute("#lightcurve", "data-settled")
        runs.append(float(told or "nan"))
    return statistics.median(runs)


_DRAW = """
async () => {
  const place = document.getElementById("lightcurve");
  const points = await (await fetch(place.dataset.points)).json();
  const start = performance.now();
  const bands = points.label.map((label) => label.split("/")[1]);
  const traces = [...new Set(bands)].map((band) => {
    const of = points.look.map((look, i) => [bands[look] === band, i])
      .filter(([it]) => it).map(([, i]) => i);
    return { type: "scattergl", mode: "markers", name: band,
      x: of.map((i) => points.mjd[i]), y: of.map((i) => points.mag[i]),
      error_y: { array: of.map((i) => Math.max(0, points.err[i])) } };
  });
  for (const trace of traces) trace.type = TYPE;
  const sheet = document.body.appendChild(document.createElement("div"));
  await Plotly.newPlot(sheet, traces, { yaxis: { autorange: "reversed" } });
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - start;
}
"""


async def _plotly(page: Page) -> float:
    """Return plotly's better time [ms] for the same points: SVG or WebGL."""
    await page.evaluate(await asyncio.to_thread(_PLOTLY.read_text, "utf-8"))
    times = []
    for kind in ("scatter", "scattergl"):
        try:
            drawn = await page.evaluate(_DRAW.replace("TYPE", json.dumps(kind)))
        except Exception as fault:  # noqa: BLE001 - no WebGL in this browser
            print(f"plotly {kind}: {str(fault).splitlines()[0]}")
            continue
        times.append(float(drawn))
    return min(times)


async def _formats(stack: Stack, target: int) -> str:
    taken = []
    url = f"{stack.url}/api/v1/targets/T{target}/lightcurve."
    async with ClientSession() as session:
        for layout in FILES:
            start = time.perf_counter()
            async with session.get(url + layout) as answer:
                await answer.read()
                answer.raise_for_status()
            taken.append(f"{layout} {1000 * (time.perf_counter() - start):.0f}")
    return ", ".join(taken)


async def _main() -> None:
    async with _stack() as (stack, database):
        await _scale(stack, database)
        await _curves(stack, database)


if __name__ == "__main__":
    asyncio.run(_main())
