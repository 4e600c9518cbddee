"""What a hashtag of little trust can do, and what a name may look like."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.alerts import voevent
from tests.support.server import DEC, RA, image


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as one:
        yield one


async def made(observer: Visitor, stack: Stack, scope: str, days: str) -> str:
    told = await observer.post("newhashtag", scope=scope, label="x", days=days)
    return told.split("<code>")[1].split("</code>")[0]


async def test_a_hashtag_that_reads_changes_nothing(
    stack: Stack, observer: Visitor, session: ClientSession
) -> None:
    point = await observer.upload(TARGET, image(91))
    reader = Visitor(session, stack.url, await made(observer, stack, "read", "1"))
    number = str(point["followup_id"])
    for form, fields in (
        ("delpoint", {"followupid": number}),
        ("restorepoint", {"followupid": number}),
        ("newwebhook", {"url": "http://example.org/x"}),
        ("dropwebhook", {"id": "x"}),
        ("recalibrate", {"followupid": number}),
    ):
        with pytest.raises(RefusedError, match="may not") as fault:
            await reader.post(form, **fields)
        assert fault.value.status == 403
    assert number in map(str, (await observer.light_curve(TARGET))["id"])


@pytest.mark.parametrize("days", ["0", "2"])
async def test_a_hashtag_makes_none_that_outlives_it(
    stack: Stack, observer: Visitor, session: ClientSession, days: str
) -> None:
    short = Visitor(session, stack.url, await made(observer, stack, "upload", "1"))
    with pytest.raises(RefusedError, match="may not outlive yours") as fault:
        await short.post("newhashtag", scope="read", label="x", days=days)
    assert fault.value.status == 403


async def test_pages_that_show_a_hashtag_are_kept_nowhere(
    stack: Stack, observer: Visitor, session: ClientSession
) -> None:
    form = {"hashtag": observer.hashtag, "scope": "read", "label": "x", "days": "1"}
    async with session.post(f"{stack.url}/cgi/newhashtag", data=form) as answer:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["login", "logout"])
async def test_another_site_neither_logs_in_nor_out(
    stack: Stack, observer: Visitor, session: ClientSession, path: str
) -> None:
    form = {"hashtag": observer.hashtag}
    elsewhere = {"Origin": "https://example.org"}
    url = f"{stack.url}/{path}"
    async with session.post(url, data=form, headers=elsewhere) as answer:
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", ["ivo://Gaia\u200b16aye", "ivo://\u202eeya61aiaG", "ivo://G\u0430ia16aye"]
)
async def test_a_name_that_looks_like_another_is_refused(
    observer: Visitor, name: str
) -> None:
    with pytest.raises(RefusedError, match="EventID has "):
        await observer.post("newevent", EventID=name, ra="10", dec="10")


async def test_wide_letters_in_a_name_are_the_plain_ones(observer: Visitor) -> None:
    wide = "ivo://Ｗｉｄｅ1"
    answer = await observer.post("newevent", EventID=wide, ra="11", dec="1")
    assert "ivo://Wide1" in answer


async def test_a_packet_with_a_name_of_a_megabyte_makes_no_large_page(
    stack: Stack, observer: Visitor, session: ClientSession
) -> None:
    raw = voevent("ivo://gaia.cam.uk/alerts#" + "x" * 900_000, ra=RA, dec=DEC)
    headers = {
        "Authorization": f"Bearer {observer.hashtag}",
        "Content-Type": "application/xml",
    }
    url = f"{stack.url}/api/v1/packets"
    async with session.post(url, data=raw, headers=headers) as answer:
        assert answer.status == 201
        decided = await answer.json()
    assert decided["kind"] == "quarantined"
    assert "256 plain characters" in decided["reason"]
    async with session.get(f"{stack.url}/alert_inbox") as page:
        assert len(await page.read()) < 100_000


async def test_an_error_that_nobody_measured_is_not_told(
    stack: Stack, observer: Visitor, session: ClientSession
) -> None:
    raw = (
        b'{"id": "x1", "mission": "Test", "ra": 1, "dec": 2,'
        b' "ra_dec_error": [1e308, 1e308]}'
    )
    headers = {
        "Authorization": f"Bearer {observer.hashtag}",
        "Content-Type": "application/json",
    }
    url = f"{stack.url}/api/v1/packets"
    async with session.post(url, data=raw, headers=headers) as answer:
        assert answer.status == 201
        assert (await answer.json())["position_err"] is None
