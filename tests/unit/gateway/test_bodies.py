"""A file is read while it is found out who sends it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from io import BytesIO

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from typing_extensions import override

from services.gateway.domain.roles import Role
from services.gateway.site import build_site
from services.gateway.store.hashtags import KnownHashtag
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.room import Room
from services.gateway.web.route import post
from services.gateway.web.sent import SentFile
from tests.support.desk import Office
from tests.support.stores import Hashtags, observer

ROOM = 4_000_000
STRANGERS = ROOM // 8
"""What one address of people who are not known may send."""

Client = TestClient[web.Request, web.Application]


@dataclass
class Slow(Hashtags):
    """Tells nobody until so many bytes have come."""

    least: int = 0
    come: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def known(self, hashtag: str) -> KnownHashtag | None:
        await asyncio.wait_for(self.enough.wait(), 60)
        return await super().known(hashtag)

    def note(self, count: int) -> None:
        self.come += count
        if self.come >= self.least:
            self.enough.set()


async def counted(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    return web.json_response({"observer": observer.id, "bytes": len(form.content)})


@pytest.fixture
async def slow() -> Slow:
    hashtags = Slow()
    await hashtags.add(7, "known")
    return hashtags


@pytest.fixture
async def client(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    add = SentFile.add

    def noted(file: SentFile, piece: bytes) -> None:
        add(file, piece)
        slow.note(len(piece))

    monkeypatch.setattr(SentFile, "add", noted)
    office = Office()
    office.observers.kept[7] = observer(Role.UPLOADER, 7)
    vars(office.desk.stores)["hashtags"] = slow
    desk = replace(office.desk, room=Room(ROOM))
    paths = [post("/upload", counted, Role.UPLOADER, limit=ROOM)]
    async with TestClient(TestServer(build_site(desk, paths))) as one:
        yield one


def form_of(hashtag: str, size: int) -> FormData:
    form = FormData({"hashtag": hashtag})
    form.add_field("sexCat", BytesIO(b"x" * size), filename="x.cat")
    return form


async def test_it_comes_before_the_answer_who_sends_it(
    client: Client, slow: Slow
) -> None:
    slow.least = size = STRANGERS - 1000
    async with client.post("/upload", data=form_of("known", size)) as answer:
        assert await answer.json() == {"observer": 7, "bytes": size}


async def test_more_than_strangers_may_send_waits_for_the_answer(
    client: Client, slow: Slow
) -> None:
    slow.least = STRANGERS - 70_000
    async with client.post("/upload", data=form_of("known", 3 * STRANGERS)) as answer:
        assert await answer.json() == {"observer": 7, "bytes": 3 * STRANGERS}


async def test_whoever_is_not_known_is_refused_all_the_same(
    client: Client, slow: Slow
) -> None:
    slow.least = 1000
    for size in (2000, 3 * STRANGERS):
        async with client.post("/upload", data=form_of("wrong", size)) as answer:
            assert answer.status == 403
            assert "The hashtag is not known." in await answer.text()
