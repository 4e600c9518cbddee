"""The calibration's page in a real browser: its stars, and what would be if."""

import pytest
from playwright.async_api import Page, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import log_in
from tests.e2e.conftest import TARGET
from tests.support.server import image


async def test_a_star_is_lit_in_every_panel(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    answer = await observer.upload(TARGET, image(61))
    await page.goto(answer["image_link"].removesuffix(".png"))
    await page.locator("tr[data-star='3']").first.hover()
    await expect(page.locator(".mark.lit")).to_have_count(4)
    await expect(page.locator("tr.lit")).to_have_count(2)


async def test_the_stars_are_listed_in_every_band_the_best_in_red(
    page: Page, observer: Visitor
) -> None:
    answer = await observer.upload(TARGET, image(66))
    await page.goto(answer["image_link"].removesuffix(".png"))
    table = page.get_by_role("region", name="Stars in every band")
    names = await table.locator("th").all_text_contents()
    assert {"APASS/B", "APASS/V", "APASS/g", "APASS/r", "APASS/i"} <= set(names)
    await expect(table.locator("th.best")).to_have_text("APASS/r")
    star = table.locator("tbody tr").first
    uploaded = float(await star.locator("td").nth(2).text_content() or "nan")
    catalogue = float(await star.locator("td.best").text_content() or "nan")
    assert catalogue - uploaded == pytest.approx(answer["zeropoint"], abs=0.2)


async def test_what_if_is_shown_beside_and_kept_on_demand(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    answer = await observer.upload(TARGET, image(62), forceFilter="APASS/g")
    await log_in(page, stack, observer.hashtag)
    await page.goto(answer["image_link"].removesuffix(".png"))
    await page.get_by_label("Filter").select_option("no")
    await page.get_by_role("button", name="Try it").click()
    row = page.get_by_role("row", name="Survey/filter")
    await expect(row.locator("td")).to_have_text(["APASS/g (FORCED)", "APASS/r (AUTO)"])
    await page.get_by_role("button", name="Keep the new one").click()
    await expect(page.locator(".magnitude")).to_contain_text("APASS/r")
    kept = await observer.get(f"api/v1/observations/{answer['followup_id']}")
    assert (kept["band"], kept["revision"]) == ("r", 2)
