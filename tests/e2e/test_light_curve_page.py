"""The light curve in a real browser: drawn, steered, live."""

from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from playwright.async_api import Page, expect

from stack.visitor import Visitor
from tests.e2e.browsing import settled
from tests.e2e.conftest import CURVE_TARGET
from tests.e2e.curves import FIRST, LAST, drag, heights
from tests.support.server import image


async def test_the_points_are_drawn_and_their_bands_told(
    page: Page, curve: str
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    await expect(page.locator("#lightcurve")).to_have_attribute("data-drawn", "4")
    entries = page.locator(".legend-entry")
    await expect(entries).to_have_text(["g (1)", "r (2)", "i (1)"])


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
    added = await observer.upload(CURVE_TARGET, image(9, 14.9, "r"))
    await settled(page, 5)
    await expect(page.locator("#lightcurve-news")).to_contain_text("by Ostrowik")
    await observer.post("delpoint", followupid=str(added["followup_id"]))
    await settled(page, 4)


WINDOWS = [
    (FIRST - 0.5, FIRST + 0.5),
    (LAST - 0.5, LAST + 0.5),
    (FIRST - 0.5, (FIRST + LAST) / 2),
]


@pytest.mark.parametrize(("begin", "end"), WINDOWS, ids=["first", "last", "half"])
async def test_the_magnitudes_follow_a_shared_window(
    page: Page, curve: str, begin: float, end: float
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    whole = await heights(page)
    await page.goto(f"{curve}&from={begin}&to={end}")
    await settled(page, 4)
    bright, faint = await heights(page)
    assert whole[0] - 0.2 < bright < faint < whole[1] + 0.2
    await page.get_by_label("Colour by").select_option("survey")
    assert await heights(page) == (bright, faint)


@pytest.mark.parametrize(
    ("start", "end"), [((0.02, 0.5), (0.3, 0.5)), ((0.7, 0.5), (0.98, 0.5))]
)
async def test_a_stripe_of_time_keeps_the_magnitudes_of_its_points(
    page: Page, curve: str, start: tuple[float, float], end: tuple[float, float]
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    whole = await heights(page)
    await drag(page, start, end)
    await page.wait_for_url("**from=*")
    bright, faint = await heights(page)
    assert whole[0] - 0.2 < bright < faint < whole[1] + 0.2
    await page.locator("#lightcurve .u-over").dblclick()
    await page.wait_for_url(lambda url: "from=" not in url)
    assert await heights(page) == whole


async def test_a_box_chooses_magnitudes_too(page: Page, curve: str) -> None:
    await page.goto(curve)
    await settled(page, 4)
    bright, faint = await heights(page)
    await drag(page, (0.1, 0.25), (0.9, 0.75))
    await page.wait_for_url("**from=*")
    span = np.subtract(*(await heights(page))[::-1])
    assert span == pytest.approx(0.5 * (faint - bright), rel=0.05)
    await page.locator("#lightcurve").press("-")
    assert np.subtract(*(await heights(page))[::-1]) > span


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


async def test_a_saved_drawing_is_fit_for_a_paper(
    page: Page, curve: str, tmp_path: Path
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="SVG", exact=True).click()
    saved = tmp_path / "curve.svg"
    await (await waiting.value).save_as(saved)
    svg = etree.fromstring(saved.read_bytes())
    texts = [one.text for one in svg.iter("{*}text")]
    assert texts[0] == CURVE_TARGET.removeprefix("ivo://")
    assert {"MJD [d]", "magnitude [mag]", "g", "r", "i"} <= set(texts)
    assert sum(one.get("class") == "axis" for one in svg.iter("{*}path")) >= 8
    marks = {one.get("marker-mid"): one for one in svg.iter("{*}path")}
    assert {"url(#mark0)", "url(#mark1)", "url(#mark2)", "url(#limit1)"} <= set(marks)
