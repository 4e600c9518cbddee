"""Walks of a new user: forms that come back, ways on, every page on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import log_in
from tests.e2e.conftest import TARGET
from tests.support.server import image

NAME = TARGET.removeprefix("ivo://")


@pytest.fixture
async def plain(browser: Browser) -> AsyncIterator[Page]:
    """A page of a browser without JavaScript."""
    context = await browser.new_context(java_script_enabled=False)
    yield await context.new_page()
    await context.close()


async def test_a_refused_upload_comes_back_with_what_was_typed(
    page: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    catalogue = tmp_path / "frame.cat"
    catalogue.write_text(image(72).catalogue)
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/uploader")
    await page.get_by_label("Event ID").fill(TARGET)
    await page.get_by_label("MJD OBS").fill("2457000.5")
    await page.get_by_label("Comment").fill("through <b>clouds</b>")
    await page.get_by_label("SExtractor catalogue").set_input_files(catalogue)
    await page.get_by_role("button", name="Submit").click()
    wrong = page.get_by_label("MJD OBS")
    await expect(wrong).to_have_value("2457000.5")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#MJD-refused")).to_contain_text("subtract 2400000.5")
    await expect(page.get_by_label("Event ID")).to_have_value(TARGET)
    await expect(page.get_by_label("Comment")).to_have_value("through <b>clouds</b>")
    await expect(page.get_by_label("Force filter")).to_contain_text("APASS/r")


async def test_a_wrong_hashtag_keeps_what_was_typed_but_not_itself(
    plain: Page, stack: Stack, tmp_path: Path
) -> None:
    catalogue = tmp_path / "frame.cat"
    catalogue.write_text(image(73).catalogue)
    await plain.goto(f"{stack.url}/uploader")
    await plain.get_by_label("SExtractor catalogue").set_input_files(catalogue)
    await plain.get_by_label("Event ID").fill(TARGET)
    await plain.locator("#upload [name=hashtag]").fill("nobody_5ecret")
    await plain.get_by_role("button", name="Submit").click()
    await expect(plain.locator(".refused")).to_have_text("The hashtag is not known.")
    await expect(plain.get_by_label("Event ID")).to_have_value(TARGET)
    assert "5ecret" not in await plain.content()


async def test_without_javascript_a_frame_is_tried_and_then_stored(
    plain: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    catalogue = tmp_path / "frame.cat"
    catalogue.write_text(image(74).catalogue)
    await log_in(plain, stack, observer.hashtag)
    await plain.goto(f"{stack.url}/uploader?EventID={TARGET}")
    await plain.get_by_label("SExtractor catalogue").set_input_files(catalogue)
    await plain.get_by_label("MJD OBS").fill(f"{image(74).mjd:.6f}")
    await plain.get_by_label("Dry run").check()
    await plain.get_by_role("button", name="Submit").click()
    await expect(plain.get_by_text("this was a dry run")).to_be_visible()
    await plain.get_by_role("button", name="Store this").click()
    await expect(plain.get_by_text("Stored as observation")).to_be_visible()
    await plain.get_by_role("link", name="light curve").click()
    await expect(plain.locator("svg.chart .mark").first).to_be_visible()


async def test_a_login_returns_to_where_one_was_going(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    await page.goto(f"{stack.url}/followup/account")
    await page.get_by_role("link", name="Log in", exact=True).click()
    await page.get_by_label("Hashtag").fill("wrong")
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_label("Hashtag").fill(observer.hashtag)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name="Hashtags")).to_be_visible()
    assert page.url == f"{stack.url}/followup/account"


@pytest.mark.parametrize(
    "away", ["//evil.example/", "https://evil.example/", "/\\evil.example", "x"]
)
async def test_a_login_never_leads_to_another_site(
    page: Page, stack: Stack, observer: Visitor, away: str
) -> None:
    await page.goto(f"{stack.url}/login?next={away}")
    await page.get_by_label("Hashtag").fill(observer.hashtag)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"{stack.url}/")


async def test_a_target_is_entered_in_sixties_and_moved_only_when_asked(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    async def enter(ra: str, dec: str) -> None:
        await page.goto(f"{stack.url}/newevent")
        await page.get_by_label("IVORN").fill("ivo://Walk 1")
        await page.get_by_label("RA [").fill(ra)
        await page.get_by_label("Dec [").fill(dec)
        await page.get_by_role("button", name="Submit").click()

    await log_in(page, stack, observer.hashtag)
    await enter("06:00:00", "-10:30:00")
    await expect(page.locator(".told")).to_contain_text("ivo://Walk 1 is target")
    await enter("95.0", "-10.5")
    await expect(page.get_by_text("stands at 90.00000 -10.50000")).to_be_visible()
    await page.get_by_role("button", name="Move it").click()
    await expect(page.locator(".told")).to_contain_text("moved from 90.00000")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".told")).to_contain_text("to 90.00000 -10.50000")
    await page.get_by_role("link", name="Open Walk 1").click()
    await expect(page.get_by_role("heading", name="Walk 1")).to_be_visible()
    await expect(page.get_by_text("06:00:00.00 -10:30:00.0")).to_be_visible()


async def test_what_is_dangerous_asks_first(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    await observer.post("newhashtag", label="robot 7", scope="read", days="1")
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/account")
    await page.get_by_role("button", name="Revoke robot 7").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Every login of yours ends")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Revoke robot 7")).to_be_visible()
    await page.get_by_role("button", name="Revoke robot 7").click()
    await dialog.get_by_role("button", name="Revoke").click()
    await page.wait_for_url("**/login")


async def test_the_search_of_every_page_finds_a_target(
    page: Page, stack: Stack, measured: str
) -> None:
    await page.goto(f"{stack.url}/help")
    await page.get_by_label("Find a target").fill("tt tri")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=NAME, exact=True).click()
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()


async def test_a_list_turns_back(
    page: Page, stack: Stack, observer: Visitor, measured: str
) -> None:
    for number in range(3):
        await observer.post("newevent", EventID=f"ivo://Pg {number}", ra="1", dec="1")
    await page.goto(f"{stack.url}/list_of_alerts?search=Pg&num=1")
    first = await page.locator("tbody .key").text_content()
    await page.get_by_role("link", name="Next page").click()
    await page.get_by_role("link", name="Next page").click()
    await page.get_by_role("link", name="Previous page").click()
    await page.get_by_role("link", name="Previous page").click()
    await expect(page.locator("tbody .key")).to_have_text(first or "")
    await expect(page.get_by_role("link", name="Previous page")).to_have_count(0)


async def test_a_request_for_a_hashtag_is_granted_and_then_closed(
    page: Page, stack: Stack
) -> None:
    name = "Walkers' Observatory 0.4m"
    await page.goto(f"{stack.url}/login")
    await page.get_by_label("Your observatory and name").fill(name)
    await page.get_by_label("Longitude").fill("21.4")
    await page.get_by_label("Latitude").fill("north")
    await page.get_by_label("E-mail").fill("walker@example.org")
    await page.get_by_role("button", name="Ask").click()
    await expect(page.locator("#lat-refused")).to_contain_text("must be a number")
    await page.get_by_label("Latitude").fill("52.1")
    await page.get_by_role("button", name="Ask").click()
    await expect(page.locator(".told")).to_contain_text("will write to you")
    await log_in(page, stack, stack.admin_hashtag())
    await page.goto(f"{stack.url}/administration")
    row = page.get_by_role("row", name=name)
    await row.get_by_role("link", name="Register").click()
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("heading", name="New hashtag of")).to_be_visible()
    await page.get_by_role("link", name="Done").click()
    await expect(page.get_by_role("row", name="walker@example.org")).to_have_count(0)
    await expect(page.get_by_role("row", name=name)).to_have_count(1)


async def test_a_deletion_by_hand_leads_back_to_its_light_curve(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    added = await observer.upload(TARGET, image(75))
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/delpoint?followupid={added['followup_id']}")
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_role("link", name="Open the light curve").click()
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
