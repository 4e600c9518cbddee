"""Webhooks: told of each point, signed, again until they listen; never inside."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from services.gateway.domain.signing import signature
from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import DEC, RA, image, load, server, visitor
from tests.support.waiting import eventually


class Listener:
    """Listens on a port of its own, and refuses the first message."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.url = ""
        self._refuse = 1

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self._refuse:
            self._refuse -= 1
            return web.Response(status=500)
        self.heard.append((request.headers["X-CPCS-Signature"], body))
        return web.Response()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Listener"]:
        site = web.Application()
        site.router.add_post("/", self.answer)
        runner = web.AppRunner(site)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield self
        await runner.cleanup()


async def test_a_webhook_hears_of_a_point_signed_and_again_after_a_failure(
    tmp_path: Path,
) -> None:
    async with server(tmp_path, CPCS_WEBHOOKS_INSIDE="1") as stack:
        await load(stack)
        async with visitor(stack, "A") as who, Listener().listening() as listener:
            told = await who.post("newwebhook", url=listener.url)
            secret = told.split("<code>")[1].split("</code>")[0]
            await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
            answer = await who.upload(TARGET, image(1))

            async def heard_it() -> bool:
                return any(b'"observation:' in body for _, body in listener.heard)

            await eventually(heard_it, within=60)
    mark, body = next(one for one in listener.heard if b'"observation:' in one[1])
    assert mark == signature(secret, body)
    event = json.loads(body)["event"]
    assert event["observation_id"] == answer["followup_id"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://localhost/",
     "http://169.254.169.254/", "ftp://example.org/", "http://a:b@example.org/",
     "http://example.org:port/", "http://"],
)  # fmt: skip
async def test_an_address_inside_is_refused(observer: Visitor, url: str) -> None:
    with pytest.raises(RefusedError, match="url"):
        await observer.post("newwebhook", url=url)
