"""Takes the README's pictures of a running demo: ``python -m docs.screenshots URL``."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

_IMAGES = Path(__file__).parent / "images"
_CHROMIUM = "/usr/bin/chromium"


async def _main(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1200, "height": 820})
        await page.goto(f"{url}/light_curve?alert_id=1")
        await page.screenshot(path=_IMAGES / "light_curve.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
