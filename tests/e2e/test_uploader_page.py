"""A whole night dropped on the uploader, in a real browser."""

from pathlib import Path

from playwright.async_api import Page, Route, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import log_in
from tests.e2e.conftest import TARGET
from tests.support.server import image


async def test_a_night_is_checked_fixed_and_sent(
    page: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    frames = [image(63), image(64)]
    for place, frame in enumerate(frames):
        text = frame.catalogue.replace("  ", "\t", 1) if place else frame.catalogue
        (tmp_path / f"frame{place}.cat").write_text(text)
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/uploader?EventID={TARGET}")
    files = [tmp_path / "frame0.cat", tmp_path / "frame1.cat"]
    await page.locator("#night-files").set_input_files(files)
    for place, frame in enumerate(frames):
        time = page.get_by_label(f"mjd of frame{place}.cat")
        await time.fill(f"{frame.mjd + 2400000.5:.6f}")
        await time.blur()
        await (
            page.locator("#night-list tr")
            .nth(place)
            .get_by_role("button", name="Subtract 2400000.5")
            .click()
        )
    await expect(page.locator("#night-list td:last-child")).to_have_text(["ready"] * 2)
    await page.get_by_role("button", name="Send what is ready").click()
    await expect(page.locator("#night-list a").first).to_contain_text("APASS/r")
    await expect(page.locator("#night-list a").last).to_contain_text("APASS/r")


async def test_what_comes_too_fast_is_sent_again_when_the_server_says(
    page: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    async def too_fast(route: Route) -> None:
        await route.fulfill(status=429, headers={"Retry-After": "1"}, json={})

    await page.route("**/api/v1/uploads", too_fast, times=1)
    catalogue = tmp_path / "frame.cat"
    catalogue.write_text(image(67).catalogue)
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/uploader?EventID={TARGET}")
    await page.locator("#night-files").set_input_files(catalogue)
    time = page.get_by_label("mjd of frame.cat")
    await time.fill(f"{image(67).mjd:.6f}")
    await time.blur()
    await page.get_by_role("button", name="Send what is ready").click()
    told = page.locator("#night-list td:last-child")
    await expect(told).to_have_text("many at once: sent again in 1 s")
    await expect(told.locator("a")).to_contain_text("APASS/r")
