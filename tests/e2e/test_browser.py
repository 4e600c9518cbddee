"""The pages in a real browser: every form works, nothing breaks its own policy."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import log_in
from tests.e2e.conftest import TARGET
from tests.support.server import SKY, image

NAME = TARGET.removeprefix("ivo://")


async def test_an_observer_uploads_and_deletes_by_hand(
    page: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    catalogue = tmp_path / "night.cat"
    catalogue.write_text(image(41).catalogue)
    await log_in(page, stack, observer.hashtag)
    await expect(page.get_by_text("Logged in as Ostrowik")).to_be_visible()
    await page.get_by_role("link", name="Upload", exact=True).click()
    await page.get_by_label("Event ID").fill(TARGET)
    await page.get_by_label("MJD OBS").fill(f"{image(41).mjd:.5f}")
    await page.get_by_label("SExtractor catalogue").set_input_files(catalogue)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".magnitude")).to_contain_text("APASS/r")
    await expect(page.locator("svg.chart .mark").first).to_be_visible()
    await page.get_by_role("link", name="light curve").click()
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    number = await page.locator("tbody tr td").first.text_content()
    await page.get_by_role("link", name="Delete a point").click()
    await page.get_by_label("ID of the follow-up point").fill(number or "")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".told")).to_have_text(
        f"Observation {number} is deleted."
    )
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".told")).to_have_text(f"Observation {number} is back.")


async def test_a_mistake_is_told_on_a_page(page: Page, stack: Stack) -> None:
    await log_in(page, stack, "wrong")
    await expect(page.locator(".refused")).to_have_text("The hashtag is not known.")


async def test_a_new_event_is_entered_by_hand(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    await log_in(page, stack, observer.hashtag)
    await page.get_by_role("link", name="New event", exact=True).click()
    await page.get_by_label("IVORN").fill("ivo://By hand")
    await page.get_by_label("RA [").fill("12.5")
    await page.get_by_label("Dec [").fill("-3.25")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".told")).to_contain_text("ivo://By hand is target")
    await page.goto(f"{stack.url}/list_of_alerts?name=by%20hand")
    await expect(page.get_by_role("link", name="By hand", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "path", ["list_of_followups", "observatories", "list_of_alerts?search=TT+Tri"]
)
async def test_lists_show_what_was_observed(
    page: Page, stack: Stack, observer: Visitor, path: str
) -> None:
    await observer.upload(TARGET, image(42))
    await page.goto(f"{stack.url}/followup/{path}")
    wanted = NAME if path != "observatories" else "Ostrowik 0.6m, K.Rybicki"
    await expect(page.get_by_role("cell", name=wanted).first).to_be_visible()


async def test_a_failed_calibration_shows_its_stars(
    page: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    rng = np.random.default_rng(4)
    nonsense = replace(SKY, r=rng.uniform(9, 17, len(SKY.r)))
    catalogue = tmp_path / "nonsense.cat"
    catalogue.write_text(nonsense.image(rng, "r", 22.5))
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/uploader")
    await page.get_by_label("Event ID").fill(TARGET)
    await page.get_by_label("MJD OBS").fill("57700.5")
    await page.get_by_label("SExtractor catalogue").set_input_files(catalogue)
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator(".refused")).to_contain_text("do not agree")
    await page.get_by_role("link", name="What was tried").click()
    await expect(page.get_by_text("The fits that were refused")).to_be_visible()
    await expect(page.locator("svg.chart .mark").first).to_be_visible()
