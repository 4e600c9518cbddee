"""What tests of the light curve ask of the window, and do to it."""

from playwright.async_api import Page

from tests.support.server import image

__all__ = ["FIRST", "LAST", "drag", "heights"]

FIRST, LAST = image(1).mjd, image(4).mjd
"""Times of the first and the last point [d]."""


async def heights(page: Page) -> tuple[float, float]:
    """Return the brightest and the faintest magnitude of the window."""
    place = page.locator("#lightcurve")
    told = [
        await place.get_attribute(f"data-{end}") for end in ("brightest", "faintest")
    ]
    bright, faint = (float(one or "nan") for one in told)
    return bright, faint


async def drag(
    page: Page, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Drag over the curve, between places given as parts of its width and height."""
    box = await page.locator("#lightcurve .u-over").bounding_box()
    assert box is not None
    at = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"])
        for x, y in (start, end)
    ]
    await page.mouse.move(*at[0])
    await page.mouse.down()
    await page.mouse.move(*at[1], steps=4)
    await page.mouse.up()
