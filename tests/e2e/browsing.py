"""A real browser whose pages may not complain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from stack.running import Stack

__all__ = ["CHROMIUM", "log_in", "opened_browser", "opened_page", "settled"]

CHROMIUM = Path("/usr/bin/chromium")
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@asynccontextmanager
async def opened_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield opened
        await opened.close()


@asynccontextmanager
async def opened_page(browser: Browser) -> AsyncIterator[Page]:
    """Open a page; in the end nothing may have been complained of in its console."""
    context = await browser.new_context()
    page = await context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda one: complaints.append(one.text) if one.type == "error" else None,
    )
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    yield page
    await context.close()
    complaints = [one for one in complaints if "status of 4" not in one]
    assert not complaints, complaints


async def log_in(page: Page, stack: Stack, hashtag: str) -> None:
    await page.goto(f"{stack.url}/followup/")
    await page.get_by_role("link", name="Login", exact=True).click()
    await page.get_by_label("Hashtag").fill(hashtag)
    await page.get_by_role("button", name="Log in").click()


async def settled(page: Page, count: int) -> None:
    await expect(page.locator("#lightcurve")).to_have_attribute(
        "data-count", str(count)
    )
