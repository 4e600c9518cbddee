"""Other ways to look at a light curve: folded, as flux, binned, live, by finger."""

import pytest
from playwright.async_api import Browser, Page, expect

from stack.visitor import Visitor
from tests.e2e.browsing import settled
from tests.e2e.conftest import CURVE_TARGET
from tests.e2e.curves import FIRST, heights
from tests.support.server import image


async def test_phase_flux_bins_and_offsets_are_in_the_address(
    page: Page, curve: str
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    whole = await heights(page)
    place = page.locator("#lightcurve")
    await page.locator("[name=scale]").select_option("flux")
    bright, faint = await heights(page)
    assert bright < 1 < faint < 3
    await page.locator("[name=scale]").select_option("mag")
    await page.get_by_label("offsets").check()
    await page.get_by_label("Offset of g").fill("-0.5")
    await page.get_by_label("Offset of g").blur()
    await page.wait_for_url("**shift=g*")
    assert (await heights(page))[0] == pytest.approx(whole[0] - 0.5, abs=0.1)
    await page.get_by_label("Hide r").click()
    await expect(place).to_have_attribute("data-drawn", "2")
    await page.reload()
    await settled(page, 4)
    await expect(place).to_have_attribute("data-drawn", "2")
    await page.get_by_label("Show r").click()
    await page.get_by_label("a point per night").check()
    await expect(place).to_have_attribute("data-drawn", "4")
    await page.get_by_label("Time as").select_option("phase")
    await page.get_by_label("Period").fill("1.5")
    await page.get_by_label("Period").blur()
    await expect(place).to_have_attribute("data-drawn", "8")
    await page.wait_for_url("**period=1.5*")


async def test_too_few_points_have_no_period_and_say_so(page: Page, curve: str) -> None:
    await page.goto(curve)
    await settled(page, 4)
    await page.get_by_label("Time as").select_option("phase")
    await page.get_by_role("button", name="Find it").click()
    told = page.locator("#lightcurve-news")
    await expect(told).to_have_text("There are too few points to find a period in.")


async def test_a_new_point_outside_the_window_is_an_arrow_away(
    page: Page, curve: str, observer: Visitor
) -> None:
    await page.goto(f"{curve}&from={FIRST - 0.005}&to={FIRST + 0.005}")
    await settled(page, 4)
    added = await observer.upload(CURVE_TARGET, image(10, 14.7, "r"))
    await settled(page, 5)
    await page.get_by_role("button", name="1 newer").click()
    await expect(page.locator("#lightcurve")).to_have_attribute("data-drawn", "1")
    await observer.post("delpoint", followupid=str(added["followup_id"]))
    await settled(page, 4)


async def test_a_finger_s_first_tap_tells_and_the_second_opens(
    browser: Browser, curve: str
) -> None:
    context = await browser.new_context(
        has_touch=True, viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()
    await page.goto(curve)
    await page.wait_for_selector("#lightcurve[data-desk=ready]")
    where = """import('/static/lightcurve/main.js').then((m) => m.chart).then((c) => {
      const box = c.plot.over.getBoundingClientRect();
      return [box.left + c.plot.valToPos(c.scene.x[0], "x"),
              box.top + c.plot.valToPos(c.scene.y[0], "y")];
    })"""
    await page.evaluate("document.getElementById('lightcurve').scrollIntoView()")
    x, y = await page.evaluate(where)
    await page.touchscreen.tap(x, y)
    await expect(page.locator("#lightcurve-tip")).to_contain_text("g (APASS, FORCED)")
    await expect(page.locator("#drawer")).to_be_hidden()
    await page.touchscreen.tap(x, y)
    await expect(page.locator("#drawer .magnitude")).to_contain_text("APASS/g")
    await context.close()
