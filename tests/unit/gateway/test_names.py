"""The place of a name, asked of a Sesame of our own."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from services.gateway.actions.names import with_place
from services.gateway.domain.refusal import RefusalError
from services.gateway.sesame import Sesame

ANSWER = """# M  31\t#Q22523669
#=S=Simbad (via url):    1
%@ 1575544
%C.0 G..
%J 010.684708 +41.268750 = 00:42:44.33 +41:16:07.5
"""


@pytest.fixture
async def sesame() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        name = request.query_string
        if name == "broken":
            return web.Response(status=500)
        known = ANSWER if name == "M 31" else "#!SNV: Nothing found"
        return web.Response(text=known)

    app = web.Application()
    app.router.add_get("/-oI/SNV", answer)
    async with TestServer(app) as running:
        yield str(running.make_url("/-oI/SNV"))


def desk(address: str) -> Any:
    return SimpleNamespace(sesame=Sesame(address) if address else None)


async def test_a_name_has_the_place_that_sesame_knows(sesame: str) -> None:
    fields = {"EventID": "ivo://M 31", "ra": "", "dec": " ", "url": "x"}
    told = await with_place(desk(sesame), fields)
    assert told == {**fields, "ra": "010.684708", "dec": "+41.268750"}


async def test_a_place_that_is_given_is_kept(sesame: str) -> None:
    fields = {"EventID": "ivo://M 31", "ra": "1", "dec": ""}
    assert await with_place(desk(sesame), fields) == fields


async def test_without_leave_nobody_is_asked() -> None:
    fields = {"EventID": "ivo://M 31"}
    assert await with_place(desk(""), fields) == fields


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [("Nothing 1", 404, "knows no such name"), ("broken", 503, "does not answer")],
)
async def test_what_sesame_does_not_say_is_told(
    sesame: str, name: str, status: int, told: str
) -> None:
    with pytest.raises(RefusalError, match=told) as fault:
        await with_place(desk(sesame), {"EventID": f"ivo://{name}"})
    assert fault.value.status == status
    assert len(str(fault.value)) <= 100
