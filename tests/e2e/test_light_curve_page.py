"""The light curve in a real browser: drawn, steered, live."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import settled
from tests.support.server import DEC, RA, image

OWN = "ivo://Light curve"


@pytest.fixture(scope="module")
async def curve(stack: Stack, observer: Visitor) -> str:
    await observer.post("newevent", EventID=OWN, ra=str(RA), dec=str(DEC))
    for number, band in enumerate(("g", "r", "r", "i"), start=1):
        magnitude = None if number == 3 else 14.0 + number / 10
        frame = image(number, magnitude, band)
        await observer.upload(OWN, frame, forceFilter=f"APASS/{band}")
    found = await observer.get("api/v1/targets", search="Light curve")
    return f"{stack.url}/light_curve?alert_id={found['targets'][0]['id']}"


async def test_the_points_are_drawn_and_their_bands_told(
    page: Page, curve: str
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    await expect(page.locator("#lightcurve")).to_have_attribute("data-drawn", "4")
    entries = page.locator(".legend-entry")
    await expect(entries).to_have_text(["r (2)", "g (1)", "i (1)"])


async def test_a_legend_entry_highlights_its_band_and_the_address_keeps_it(
    page: Page, curve: str
) -> None:
    await page.goto(curve)
    await page.get_by_role("button", name="g (1)").click()
    await expect(page.get_by_role("button", name="g (1)")).to_have_attribute(
        "aria-pressed", "true"
    )
    await page.wait_for_url("**show=g*")
    await page.reload()
    await expect(page.get_by_role("button", name="g (1)")).to_have_attribute(
        "aria-pressed", "true"
    )


async def on_point(page: Page, place: int) -> None:
    """Put the pointer on a point, in the order of time."""
    await page.evaluate("window.scrollTo(0, 0)")
    box = await page.locator("#lightcurve .u-over").bounding_box()
    assert box is not None
    for x in range(0, int(box["width"]), 5):
        for y in range(0, int(box["height"]), 12):
            await page.mouse.move(box["x"] + x, box["y"] + y)
            told = await page.locator("#lightcurve-tip").text_content() or ""
            if f"{image(place).mjd:.5f}" in told:
                return
    pytest.fail("no point answers to the pointer")


async def test_a_point_tells_what_it_is_and_leads_to_its_calibration(
    page: Page, curve: str
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    await on_point(page, 1)
    tip = page.locator("#lightcurve-tip")
    await expect(tip).to_contain_text("Ostrowik 0.6m, K.Rybicki: 14.")
    await expect(tip).to_contain_text("g (APASS, FORCED)")
    await page.mouse.down()
    await page.mouse.up()
    await expect(page.locator(".magnitude")).to_contain_text("APASS/g")


async def test_a_new_point_and_a_deletion_appear_by_themselves(
    page: Page, curve: str, observer: Visitor
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    added = await observer.upload(OWN, image(9, 14.9, "r"))
    await settled(page, 5)
    await expect(page.locator("#lightcurve-news")).to_contain_text("by Ostrowik")
    await observer.post("delpoint", followupid=str(added["followup_id"]))
    await settled(page, 4)


async def test_axes_keys_and_files(page: Page, curve: str, tmp_path: Path) -> None:
    await page.goto(curve)
    await settled(page, 4)
    await page.get_by_label("Time as").select_option("utc")
    await page.wait_for_url("**axis=utc*")
    await page.locator("#lightcurve").press("+")
    await page.wait_for_url("**from=*")
    await page.locator("#lightcurve").press("0")
    await page.wait_for_url(lambda url: "from=" not in url)
    for kind, start in (
        ("PNG", b"\x89PNG"),
        ("SVG", b"<svg"),
        ("visible points", b"id,"),
    ):
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name=kind, exact=True).click()
        saved = tmp_path / kind
        await (await waiting.value).save_as(saved)
        assert saved.read_bytes().startswith(start)
