"""Points of several observatories, as one network, through the whole server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from stack.running import Stack
from stack.visitor import Visitor
from tests.support.server import DEC, RA, image, visitor
from tests.support.waiting import eventually

TARGET = "ivo://Network"
OBSERVATORIES = ("North 0.4m", "South 1m")


@pytest.fixture(scope="module")
async def observers(stack: Stack) -> AsyncIterator[list[Visitor]]:
    """Two observatories with three frames each of a target."""
    first, second = (visitor(stack, name) for name in OBSERVATORIES)
    async with first as one, second as other:
        await one.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
        for number in range(6):
            who = (one, other)[number % 2]
            await who.upload(TARGET, image(900 + number), forceFilter="APASS/r")
        yield [one, other]


async def _network(who: Visitor, points: int) -> dict[str, Any]:
    async def told() -> dict[str, Any] | None:
        found: dict[str, Any] = await who.get("api/v1/targets/Network/network")
        taken = sum(len(band["points"]["id"]) for band in found["bands"])
        return found if taken == points else None

    found = await eventually(told)
    assert found is not None
    return found


async def test_points_of_two_observatories_are_one_network(
    observers: list[Visitor],
) -> None:
    (band,) = (await _network(observers[0], 6))["bands"]
    assert (band["band"], band["survey"], band["left_out"]) == ("r", "APASS", {})
    assert sorted(one["observatory"] for one in band["setups"]) == sorted(OBSERVATORIES)
    assert band["points"]["mag"] == pytest.approx([14.0] * 6, abs=0.03)
    assert all(0 < err < 0.05 for err in band["points"]["total_err"])
    assert not any(band["stars"]["suspect"])


async def test_files_have_both_magnitudes(observers: list[Visitor]) -> None:
    await _network(observers[0], 6)
    found = await observers[0].get(
        "api/v1/targets/Network/lightcurve.json", hashtag=observers[0].hashtag
    )
    for row in found["rows"]:
        assert row["mag"] == pytest.approx(row["network_mag"], abs=0.05)
        assert 0 < row["network_colour_err"] < row["network_err"]
        assert row["network_note"] == ""


async def test_the_light_curve_switches_between_the_two(
    observers: list[Visitor], stack: Stack, page: Page
) -> None:
    await _network(observers[0], 6)
    await page.goto(f"{stack.url}/light_curve?alert_name={TARGET}")
    await page.wait_for_selector("#lightcurve[data-drawn='6']")
    before = await page.get_attribute("#lightcurve", "data-brightest")
    await page.locator("[name=net]").select_option("one network")
    await page.get_by_text("One network: 6 points.").wait_for()
    await page.wait_for_function(
        "before => document.querySelector('#lightcurve').dataset.brightest !== before",
        arg=before,
    )
    assert "net=1" in page.url
    await page.reload()
    await page.get_by_text("One network: 6 points.").wait_for()
    await page.locator("[name=net]").select_option("as calibrated")
    await page.wait_for_function(
        "before => document.querySelector('#lightcurve').dataset.brightest === before",
        arg=before,
    )


async def test_pages_tell_stars_telescopes_and_misfits(
    observers: list[Visitor], stack: Stack, page: Page
) -> None:
    await _network(observers[0], 6)
    await page.goto(f"{stack.url}/light_curve?alert_name={TARGET}")
    await page.get_by_role("link", name="One network of all telescopes").click()
    await page.get_by_role("heading", name="Comparison stars").wait_for()
    assert await page.get_by_text("every frame takes part").count() == 1
    await page.get_by_role("link", name=OBSERVATORIES[0]).click()
    await page.get_by_role("heading", name="Colour term through time").wait_for()
    await page.get_by_role("link", name="Network", exact=True).wait_for()


async def test_deleted_points_leave_the_network(observers: list[Visitor]) -> None:
    found = await _network(observers[0], 6)
    (band,) = found["bands"]
    own = next(
        place
        for place, one in enumerate(band["setups"])
        if one["observatory"] == OBSERVATORIES[1]
    )
    numbers = [
        number
        for number, setup in zip(
            band["points"]["id"], band["points"]["setup"], strict=True
        )
        if setup == own
    ]
    await asyncio.gather(
        *(observers[1].post("delpoint", followupid=str(one)) for one in numbers)
    )
    (left,) = (await _network(observers[0], 3))["bands"]
    assert [one["observatory"] for one in left["setups"]] == [OBSERVATORIES[0]]


async def test_an_observatory_that_does_not_exist_is_told(observer: Visitor) -> None:
    shown = await observer.get("api/v1/observatories/1/networks")
    assert shown["observer"] == 1
