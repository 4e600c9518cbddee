"""The light curve and the calibration in a real browser: drawn, steered, live."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import CHROMIUM, log_in, opened_browser, opened_page
from tests.e2e.conftest import TARGET
from tests.support.server import DEC, RA, image

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed"
)
OWN = "ivo://Light curve"
AXE = Path(".npm/node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with opened_browser() as opened:
        yield opened


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with opened_page(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
async def curve(stack: Stack, observer: Visitor) -> str:
    await observer.post("newevent", EventID=OWN, ra=str(RA), dec=str(DEC))
    for number, band in enumerate(("g", "r", "r", "i"), start=1):
        magnitude = None if number == 3 else 14.0 + number / 10
        frame = image(number, magnitude, band)
        await observer.upload(OWN, frame, forceFilter=f"APASS/{band}")
    found = await observer.get("api/v1/targets", search="Light curve")
    return f"{stack.url}/light_curve?alert_id={found['targets'][0]['id']}"


async def settled(page: Page, count: int) -> None:
    await expect(page.locator("#lightcurve")).to_have_attribute(
        "data-count", str(count)
    )


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
    await page.get_by_role("button", name="Use blanks").click()
    await expect(page.locator("#night-list td:last-child")).to_have_text(["ready"] * 2)
    await page.get_by_role("button", name="Send what is ready").click()
    await expect(page.locator("#night-list a").first).to_contain_text("APASS/r")
    await expect(page.locator("#night-list a").last).to_contain_text("APASS/r")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["", "list_of_alerts", "list_of_followups", "observatories", "uploader", "login",
     "account", "status", "help", "newevent"],
)  # fmt: skip
async def test_axe_finds_nothing(
    page: Page, stack: Stack, observer: Visitor, path: str, scheme: str
) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await log_in(page, stack, observer.hashtag)
    await page.goto(f"{stack.url}/{path}")
    await no_violations(page)


async def no_violations(page: Page) -> None:
    await page.evaluate(AXE)
    wanted = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = await page.evaluate(f"axe.run({json.dumps(wanted)})")
    told = [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found["violations"]
    ]
    assert told == []


async def test_axe_finds_nothing_on_a_light_curve_and_a_calibration(
    page: Page, curve: str, observer: Visitor
) -> None:
    await page.goto(curve)
    await settled(page, 4)
    await no_violations(page)
    answer = await observer.upload(TARGET, image(65))
    await page.goto(answer["image_link"].removesuffix(".png"))
    await no_violations(page)


async def test_the_reference_of_the_api_opens(page: Page, stack: Stack) -> None:
    await page.goto(f"{stack.url}/api/v1/reference")
    await expect(page.get_by_text("/api/v1/uploads").first).to_be_visible()
