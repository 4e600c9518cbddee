"""Takes the README's pictures of a running demo.

``python -m docs.screenshots URL IMAGE``: the second is the page of a measured image
that the demo prints.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

_PICTURES = Path(__file__).parent / "screenshots"
_CHROMIUM = "/usr/bin/chromium"
_DESK: ViewportSize = {"width": 1440, "height": 900}
_PHONE: ViewportSize = {"width": 390, "height": 844}
_PAGES = (
    "", "uploader", "list_of_alerts", "list_of_followups", "observatories", "help",
    "styleguide", "api/v1/reference",
)  # fmt: skip


async def _take(page: Page, url: str) -> None:
    await _curve(page, url)
    await page.screenshot(path=_PICTURES / "light_curve.png")
    await page.emulate_media(color_scheme="dark")
    await page.screenshot(path=_PICTURES / "light_curve_dark.png")
    await page.emulate_media(color_scheme="light")
    await _drawer(page)
    await page.screenshot(path=_PICTURES / "drawer.png")
    await page.get_by_role("link", name="Whole page").click()
    await page.screenshot(path=_PICTURES / "calibration.png", full_page=True)
    for name in _PAGES:
        await page.goto(f"{url}/{name}")
        picture = f"{name.rpartition('/')[2] or 'welcome'}.png"
        await page.screenshot(path=_PICTURES / picture)


async def _network(page: Page, url: str) -> None:
    await page.goto(f"{url}/network?alert_id=1")
    await page.locator("section.card").first.screenshot(path=_PICTURES / "network.png")


async def _image(page: Page, address: str) -> None:
    """Take the card of an image: its picture with the stars, and what was measured."""
    await page.set_viewport_size({"width": 1440, "height": 1800})
    await page.goto(address)
    await page.get_by_role("img", name="The image with its stars").wait_for()
    await page.get_by_label("where the survey has stars").check()
    card = page.locator("section.card", has_text="The image").first
    await card.screenshot(path=_PICTURES / "image.png")


async def _curve(page: Page, url: str) -> None:
    await page.goto(f"{url}/light_curve?alert_id=1")
    await page.wait_for_selector("#lightcurve[data-desk=ready]")
    await page.locator("img.finder").evaluate("(one) => one.decode()")


async def _drawer(page: Page) -> None:
    opens = page.locator("#observations a[data-calibration]").first
    await opens.evaluate("(link) => link.click()")
    await page.locator("#drawer .magnitude").wait_for()


async def _on_phone(page: Page, url: str) -> None:
    await _curve(page, url)
    await page.screenshot(path=_PICTURES / "phone.png")
    await _drawer(page)
    await page.screenshot(path=_PICTURES / "phone_drawer.png")


async def _main(url: str, image: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        desk = await browser.new_page(viewport=_DESK)
        await _take(desk, url)
        await _network(desk, url)
        await _image(desk, image)
        await _on_phone(await browser.new_page(viewport=_PHONE), url)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3]))
