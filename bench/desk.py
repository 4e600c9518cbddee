"""A night on the observing desk: ``python -m bench.desk``.

How long 94 frames take from the drop to hollow points, and from "Keep all" to stored
ones, in a real browser beside the whole stack on this machine.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page, async_playwright

from stack.running import Stack
from stack.visitor import Visitor
from tests.support.server import DEC, RA, image, load, server, visitor

_CHROMIUM = "/usr/bin/chromium"
_FRAMES = 94
_PATIENCE = 300_000
_TARGET = "ivo://Night"


def _written(folder: Path) -> list[Path]:
    files = []
    for number in range(_FRAMES):
        frame = image(number)
        catalogue = folder / f"frame{number:03d}.cat"
        catalogue.write_text(frame.catalogue)
        cards = f"{'SIMPLE  =':9}{'T':>21}".ljust(80)
        cards += f"{'MJD-AVG =':9}{frame.mjd:>21.8f}".ljust(80)
        cards += f"{'EXPTIME =':9}{frame.exposure_time:>21}".ljust(80)
        header = catalogue.with_suffix(".fits")
        header.write_text(cards + "END".ljust(80))
        files += [catalogue, header]
    return files


async def _kept(page: Page, stack: Stack, who: Visitor, files: list[Path]) -> None:
    await page.goto(f"{stack.url}/login")
    await page.get_by_label("Hashtag").fill(who.hashtag)
    await page.get_by_role("button", name="Log in").click()
    await page.goto(f"{stack.url}/light_curve?alert_name={_TARGET}")
    await page.wait_for_selector("#lightcurve[data-desk=ready]")
    start = time.perf_counter()
    await page.locator("#night-files").set_input_files(files)
    tried = f"#lightcurve[data-ghosts='{_FRAMES}']"
    await page.wait_for_selector(tried, timeout=_PATIENCE)
    ghosts = time.perf_counter()
    await page.get_by_role("button", name="Keep all").click()
    stored = f"#lightcurve[data-count='{_FRAMES}'][data-ghosts='0']"
    await page.wait_for_selector(stored, timeout=_PATIENCE)
    done = time.perf_counter()
    print(f"{_FRAMES} frames, 2 actions: tried in {ghosts - start:.1f} s,", end=" ")
    print(f"kept in {done - ghosts:.1f} s, together {done - start:.1f} s")


async def _main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = await asyncio.to_thread(_written, folder)
        async with (
            server(folder / "stack", CPCS_LOG_LEVEL="WARNING") as stack,
            async_playwright() as playwright,
        ):
            await load(stack)
            async with visitor(stack, "A night's observer") as who:
                place = {"ra": str(RA), "dec": str(DEC)}
                await who.post("newevent", EventID=_TARGET, **place)
                browser = await playwright.chromium.launch(
                    executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
                )
                await _kept(await browser.new_page(), stack, who, files)
                await browser.close()


if __name__ == "__main__":
    asyncio.run(_main())
