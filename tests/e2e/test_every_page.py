"""Every page fits a phone and a small screen, in the colours of the style guide."""

import io
import re

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from services.gateway.domain.palette import BANDS
from stack.running import Stack
from tests.e2e.conftest import TARGET

OPEN = [
    "", "list_of_alerts", "list_of_followups", "observatories", "uploader", "login",
    "newevent", "delpoint", "help", "status", "styleguide", "alert_inbox",
    f"light_curve?alert_name={TARGET}",
]  # fmt: skip


async def width(page: Page) -> int:
    told: int = await page.evaluate("document.documentElement.scrollWidth")
    return told


@pytest.mark.parametrize("path", OPEN)
async def test_a_page_fits_a_phone_and_a_small_screen(
    page: Page, stack: Stack, measured: str, path: str
) -> None:
    for size in (390, 1280):
        await page.set_viewport_size({"width": size, "height": 844})
        await page.goto(f"{stack.url}/{path}")
        assert await width(page) <= size


async def test_a_phone_shows_magnitude_and_band_of_each_point(
    page: Page, stack: Stack, measured: str
) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    for path in (f"light_curve?alert_name={TARGET}", "list_of_followups"):
        await page.goto(f"{stack.url}/{path}")
        row = page.locator("table.points tbody tr").first
        for part in ("a[data-calibration]", ".chip"):
            box = await row.locator(part).first.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390


async def test_a_calibration_fits_a_phone(page: Page, measured: str) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(measured)
    await expect(page.locator(".magnitude")).to_contain_text("±")
    assert await width(page) <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_style_guide_is_photographed_in_its_colours(
    page: Page, stack: Stack, scheme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(f"{stack.url}/styleguide")
    photo = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    told = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    paper = tuple(int(part) for part in re.findall(r"\d+", told))
    counts = {colour: n for n, colour in photo.getcolors(1 << 20) or []}
    assert counts[paper] > 0.2 * photo.width * photo.height
    assert (sum(paper) < 3 * 64) == (scheme == "dark")
    dots = page.locator(".chip .dot")
    seen = [
        await dot.evaluate("(d) => getComputedStyle(d).color")
        for dot in await dots.all()
    ]
    assert seen[: len(BANDS)] == [
        f"rgb({', '.join(str(int(one.colour[at : at + 2], 16)) for at in (1, 3, 5))})"
        for one in BANDS.values()
    ]
