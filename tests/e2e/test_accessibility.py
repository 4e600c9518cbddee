"""axe finds nothing on any page, in light and in dark."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import log_in
from tests.e2e.conftest import TARGET
from tests.support.server import image

AXE = Path(".npm/node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["", "list_of_alerts", "list_of_followups", "observatories", "uploader", "login",
     "account", "status", "help", "newevent", "delpoint", "styleguide", "alert_inbox"],
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
    page: Page, stack: Stack, observer: Visitor
) -> None:
    answer = await observer.upload(TARGET, image(65))
    await page.goto(f"{stack.url}/light_curve?alert_name={TARGET}")
    await page.wait_for_selector("#lightcurve[data-settled]")
    await no_violations(page)
    await page.locator("#observations a[data-calibration]").first.click()
    await expect(page.locator("#drawer .magnitude")).to_be_visible()
    await no_violations(page)
    await page.goto(answer["image_link"].removesuffix(".png"))
    await no_violations(page)


async def test_the_reference_of_the_api_opens(page: Page, stack: Stack) -> None:
    await page.goto(f"{stack.url}/api/v1/reference")
    await expect(page.get_by_text("/api/v1/uploads").first).to_be_visible()
