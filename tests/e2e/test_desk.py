"""The observing desk: frames dropped on a light curve, tried, seen, kept, undone."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from stack.night import Image
from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import log_in, settled
from tests.support.server import DEC, RA, image

NAME = "ivo://Desk"
FRAMES = range(201, 205)


@pytest.fixture(scope="module")
async def desk(stack: Stack, observer: Visitor) -> str:
    """Return the address of a target's page, with one point on its light curve."""
    await observer.post("newevent", EventID=NAME, ra=str(RA), dec=str(DEC))
    await observer.upload(NAME, image(200), forceFilter="APASS/r")
    found = await observer.get("api/v1/targets", search="Desk")
    return f"{stack.url}/light_curve?alert_id={found['targets'][0]['id']}"


def night(folder: Path, frames: Sequence[Image]) -> list[Path]:
    """Write catalogues, and images of which only the header matters."""
    files = []
    for frame in frames:
        stem = folder / frame.name.rpartition(".")[0]
        files += [stem.with_suffix(".cat"), stem.with_suffix(".fits")]
        files[-2].write_text(frame.catalogue)
        cards = {
            "SIMPLE": "T",
            "MJD-AVG": f"{frame.mjd:.8f}",
            "EXPTIME": f"{frame.exposure_time}",
        }
        lines = [f"{name:8}= {text:>20}".ljust(80) for name, text in cards.items()]
        files[-1].write_text("".join([*lines, "END".ljust(80)]))
    return files


async def opened(page: Page, stack: Stack, desk: str, observer: Visitor) -> None:
    await log_in(page, stack, observer.hashtag)
    await page.goto(desk)
    await page.wait_for_selector("#lightcurve[data-desk=ready]")


async def test_a_night_is_tried_seen_as_ghosts_and_kept(
    page: Page, stack: Stack, desk: str, observer: Visitor, tmp_path: Path
) -> None:
    await opened(page, stack, desk, observer)
    await settled(page, 1)
    files = [*night(tmp_path, [image(number) for number in FRAMES])]
    alone = tmp_path / "flat.fits"
    alone.write_bytes(files[-1].read_bytes())
    await page.locator("#night-files").set_input_files([*files, alone])
    curve = page.locator("#lightcurve")
    await expect(curve).to_have_attribute("data-ghosts", str(len(FRAMES)))
    await expect(curve).to_have_attribute("data-drawn", str(1 + len(FRAMES)))
    await expect(page.locator("#night-told")).to_contain_text("4 tried: r ")
    await expect(page.locator("#observations tbody tr")).to_have_count(1)
    await page.reload()
    await expect(curve).to_have_attribute("data-ghosts", str(len(FRAMES)))
    await page.get_by_role("button", name="Keep all").click()
    await expect(page.locator("#night-told")).to_contain_text("4 stored: r ")
    await settled(page, 1 + len(FRAMES))
    await expect(curve).to_have_attribute("data-ghosts", "0")
    await expect(page.locator("#observations tbody tr")).to_have_count(5)
    await expect(page.locator("#told-of-target")).to_contain_text("5 points")
    await page.locator("#night-files").set_input_files(files)
    await expect(page.locator("#night-told")).to_contain_text("4 stored: r ")
    await page.get_by_role("button", name="Clear the list").click()
    await expect(page.locator("#night-list tr")).to_have_count(0)


async def test_the_drawer_tells_tries_keeps_and_undoes(
    page: Page, stack: Stack, desk: str, observer: Visitor
) -> None:
    await opened(page, stack, desk, observer)
    await page.locator("#observations tbody tr a[data-calibration]").last.click()
    drawer = page.locator("#drawer")
    await expect(drawer.locator(".magnitude")).to_contain_text("APASS/r")
    await expect(drawer.locator(".multiples figure").first).to_be_visible()
    await expect(drawer.locator(".sky .target-mark")).to_be_visible()
    await drawer.get_by_label("Other filter").select_option("APASS/g")
    await drawer.get_by_role("button", name="What if").click()
    await expect(drawer.locator(".magnitude")).to_contain_text("APASS/g")
    await expect(drawer).to_contain_text("Before: ")
    await expect(page.locator("#lightcurve")).to_have_attribute("data-ghosts", "1")
    await drawer.get_by_role("button", name="Leave it").click()
    await expect(drawer).to_be_hidden()
    await expect(page.locator("#lightcurve")).to_have_attribute("data-ghosts", "0")
    rows = page.locator("#observations tbody tr")
    count = await rows.count()
    await rows.last.locator("a[data-calibration]").click()
    await drawer.get_by_role("button", name="Delete").click()
    await expect(rows).to_have_count(count - 1)
    await page.get_by_role("button", name="Undo").click()
    await expect(rows).to_have_count(count)
    await page.keyboard.press("Escape")


async def test_a_stranger_sees_no_button_that_changes_anything(
    page: Page, desk: str
) -> None:
    await page.goto(desk)
    await page.wait_for_selector("#lightcurve[data-desk=ready]")
    await page.locator("#observations tbody tr a[data-calibration]").first.click()
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_role("button", name="Copy link")).to_be_visible()
    await expect(drawer.get_by_role("button", name="Delete")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()


async def test_rows_and_points_light_one_another(page: Page, desk: str) -> None:
    await page.goto(desk)
    await page.wait_for_selector("#lightcurve[data-desk=ready]")
    row = page.locator("#observations tbody tr").first
    await row.hover()
    number = await row.get_attribute("data-point")
    lit = "import('/static/lightcurve/main.js').then((m) => m.chart).then((c) => c.lit)"
    assert str(await page.evaluate(lit)) == number


async def test_what_if_kept_is_undone_to_what_was(
    page: Page, stack: Stack, observer: Visitor
) -> None:
    own = "ivo://Desk undone"
    await observer.post("newevent", EventID=own, ra=str(RA), dec=str(DEC))
    first = await observer.upload(own, image(211), forceFilter="APASS/r")
    before = first["image_link"].removesuffix(".png")
    await opened(page, stack, f"{stack.url}/light_curve?alert_name={own}", observer)
    cell = page.locator("#observations a[data-calibration]")
    told = await cell.text_content()
    await cell.click()
    drawer = page.locator("#drawer")
    await drawer.get_by_label("Other filter").select_option("APASS/g")
    await drawer.get_by_role("button", name="What if").click()
    await drawer.get_by_role("button", name="Keep").click()
    await expect(drawer.locator("h2")).to_contain_text("Observation")
    await expect(page.locator("#observations .chip")).to_have_text("g")
    await expect(page.locator("#lightcurve-news")).to_contain_text("Revised")
    other = await page.context.new_page()
    await other.goto(before)
    await expect(other.locator(".warning").last).to_contain_text("Replaced")
    await expect(other.locator(".actions .danger")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("#observations .chip")).to_have_text("r")
    await expect(cell).to_have_text(told or "")
    await observer.post("delpoint", followupid=str(first["followup_id"]))
    await other.reload()
    await expect(other.locator(".warning").last).to_contain_text("Deleted")
    await expect(page.locator("#lightcurve .drop")).to_be_visible()


async def test_the_nights_list_follows_what_became_of_its_points(
    page: Page, stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    own = "ivo://Desk followed"
    await observer.post("newevent", EventID=own, ra=str(RA), dec=str(DEC))
    await opened(page, stack, f"{stack.url}/light_curve?alert_name={own}", observer)
    files = night(tmp_path, [image(212)])
    await page.locator("#night-files").set_input_files(files)
    row = page.locator("#night-list td.state")
    await expect(row).to_contain_text("a dry run")
    await page.get_by_role("button", name="Keep all").click()
    await expect(row).to_contain_text("stored")
    number = await page.locator("#observations tr[data-point]").get_attribute(
        "data-point"
    )
    await observer.post("delpoint", followupid=number or "")
    await expect(row).to_contain_text("deleted since")
    await page.reload()
    await expect(row).to_contain_text("deleted since")
    await observer.post("restorepoint", followupid=number or "")
    await page.reload()
    await expect(row).to_contain_text("stored")
