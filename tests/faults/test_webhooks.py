"""A webhook that refuses a message hears it again."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from standardwebhooks import Webhook

from services.gateway.domain.signing import signatures, standard_secret
from stack.visitor import Visitor
from tests.faults.conftest import SLOW, TARGET
from tests.support.server import image
from tests.support.waiting import eventually

NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")


class Listener:
    """Listens on a port of its own, and refuses the first message."""

    def __init__(self) -> None:
        self.heard: list[tuple[Mapping[str, str], bytes]] = []
        self.url = ""
        self.refused = 0

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self.refused:
            self.refused = 1
            return web.Response(status=500)
        self.heard.append((request.headers, body))
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
    observer: Visitor,
) -> None:
    async with Listener().listening() as listener:
        told = await observer.post("newwebhook", url=listener.url)
        secret = told.split("<code>")[1].split("</code>")[0]
        answer = await observer.upload(TARGET, image(1))
        number = answer["followup_id"]

        async def heard() -> tuple[Mapping[str, str], bytes] | None:
            for mark, body in listener.heard:
                if json.loads(body)["event"].get("observation_id") == number:
                    return mark, body
            return None

        found = await eventually(heard, SLOW)
    assert found is not None
    mark, body = found
    assert b'"observation:' in body
    marks = {name: mark[name] for name in NAMES}
    assert Webhook(standard_secret(secret)).verify(body, marks)
    assert (
        mark["X-CPCS-Signature"] == signatures(secret, "", 0, body)["X-CPCS-Signature"]
    )
    assert listener.refused == 1
