"""Takes the README's pictures of a running demo: ``python -m docs.screenshots URL``."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page, async_playwright

_PICTURES = Path(__file__).parent / "screenshots"
_CHROMIUM = "/usr/bin/chromium"


async def _take(page: Page, url: str) -> None:
    await page.goto(f"{url}/light_curve?alert_id=1")
    await page.wait_for_selector("#lightcurve[data-settled]")
    await page.screenshot(path=_PICTURES / "light_curve.png")
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function("document.fonts.ready")
    await page.screenshot(path=_PICTURES / "light_curve_dark.png")
    await page.emulate_media(color_scheme="light")
    await page.locator("tbody tr a[title=Calibration]").first.click()
    await page.screenshot(path=_PICTURES / "calibration.png", full_page=True)
    for name in ("uploader", "list_of_alerts", "observatories", "api/v1/reference"):
        await page.goto(f"{url}/{name}")
        picture = f"{name.rpartition('/')[2]}.png"
        await page.screenshot(path=_PICTURES / picture)


async def _main(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1200, "height": 900})
        await _take(page, url)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
