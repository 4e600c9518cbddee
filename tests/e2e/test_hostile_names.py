"""Names that mean harm are shown as they are, on every page and in every format."""

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from services.gateway.domain.files import FILES
from stack.running import Stack
from tests.support.server import DEC, RA, image, visitor

NAME = "ivo://'{{7*7}}&%0d%0a"
OBSERVER = '"><img src=x onerror=alert(1)>\r\nSet-Cookie: a=b'


async def test_a_hostile_name_does_no_harm(stack: Stack, page: Page) -> None:
    async with visitor(stack, OBSERVER) as who:
        await who.post("newevent", EventID=NAME, ra=str(RA), dec=str(DEC))
        answer = await who.upload(NAME, image(81))
        found = await who.get("api/v1/targets", search=NAME)
    target = found["targets"][0]
    paths = (
        f"/light_curve?alert_id={target['id']}",
        "/list_of_followups",
        "/observatories",
        answer["image_link"].removeprefix(stack.url).removesuffix(".png"),
    )
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    for path in paths:
        await page.goto(stack.url + path)
        await expect(
            page.get_by_text("<img src=x onerror=alert(1)>").first
        ).to_be_attached()
        assert "49" not in await page.title()
    bearer = {"Authorization": f"Bearer {who.hashtag}"}
    async with ClientSession() as session:
        for layout in FILES:
            url = target["light_curve"].removesuffix("csv") + layout
            async with session.get(url, headers=bearer) as one:
                assert one.status == 200, layout
                assert "Set-Cookie" not in one.headers
                assert one.headers["X-Content-Type-Options"] == "nosniff"
