"""Points and targets on a whole server: found, moved, told to subscribers."""

import asyncio
import os
import subprocess
import sys
from urllib.parse import urlsplit

import aio_pika
import pytest
from aiohttp import ClientSession

from shared.mongo import connect
from shared.settings import ServiceSettings
from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import DEC, RA, image
from tests.support.waiting import eventually


async def test_only_the_owner_deletes_a_point(
    observer: Visitor, stranger: Visitor
) -> None:
    number = str((await observer.upload(TARGET, image(20)))["followup_id"])
    with pytest.raises(RefusedError, match="belongs to another observer"):
        await stranger.post("delpoint", followupid=number)
    assert int(number) in (await observer.light_curve(TARGET))["id"]
    assert "is deleted" in await observer.post("delpoint", followupid=number)
    assert int(number) not in (await observer.light_curve(TARGET))["id"]
    again = await observer.upload(TARGET, image(20))
    assert str(again["followup_id"]) == number


async def test_a_target_is_one_whatever_the_case(
    observer: Visitor, stranger: Visitor
) -> None:
    await observer.post("newevent", EventID="ivo://Gaia16aye", ra="295", dec="30")
    with pytest.raises(RefusedError, match="exists already"):
        await stranger.post("newevent", EventID="IVO://gaia16AYE", ra="10", dec="30")
    rows = await observer.get("list_of_alerts", format="json", num="1000")
    (row,) = [one for one in rows if one["ivorn"].lower() == "ivo://gaia16aye"]
    assert list(row) == ["id", "ivorn", "published", "ra", "dec", "nfollowup"]
    assert row["published"][10] == "T"
    assert len(row["published"]) == 19


async def test_a_target_that_moved_tells_who_measured_it_elsewhere(
    observer: Visitor,
) -> None:
    name = "ivo://Moves"
    await observer.post("newevent", EventID=name, ra=str(RA), dec=str(DEC))
    await observer.upload(name, image(31))
    async with ClientSession() as session:
        url = f"{observer.url}/light_curve?alert_name={name}"
        async with session.get(url) as answer:
            assert "The target has moved" not in await answer.text()
        south = str(DEC - 30 / 3600)
        told = await observer.post("newevent", EventID=name, ra=str(RA), dec=south)
        assert "moved from" in told

        async def warned() -> bool:
            async with session.get(url) as answer:
                text = await answer.text()
            return "The target has moved: 1 of the observations" in text and (
                "up to 30.0 arcsec" in text
            )

        await eventually(warned)


async def test_the_list_of_alerts_is_paged(observer: Visitor) -> None:
    for number in range(3):
        await observer.post("newevent", EventID=f"ivo://P{number}", ra="1", dec="2")
    first = await observer.get("list_of_alerts", format="json", num="2")
    second = await observer.get("list_of_alerts", format="json", num="2", offset="1")
    assert len(first) == len(second) == 2
    assert first[1] == second[0]
    assert first[0]["id"] > first[1]["id"]


@pytest.mark.parametrize(
    "query", ["alert_id=99999", "alert_name=ivo://x", "alert_id=x", ""]
)
async def test_a_light_curve_that_is_not_there_gets_a_sentence(
    observer: Visitor, query: str
) -> None:
    where = f"{observer.url}/followup/get_alert_lc_data?hashtag={observer.hashtag}"
    async with ClientSession() as session, session.get(f"{where}&{query}") as answer:
        assert 400 <= answer.status < 500
        assert len(await answer.text()) <= 100


async def test_pages_are_safe_and_served_under_both_prefixes(stack: Stack) -> None:
    async with ClientSession() as session:
        for path in ("/", "/list_of_alerts", "/observatories", "/uploader", "/login"):
            for prefix in ("", "/followup"):
                async with session.get(stack.url + prefix + path) as answer:
                    assert answer.status == 200
                    csp = answer.headers["Content-Security-Policy"]
                    assert "default-src 'self'" in csp
        async with session.get(f"{stack.url}/no/such/page") as answer:
            assert (answer.status, await answer.text()) == (404, "Not Found.")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\nnonsense\r\n"),
        ({"Content-Type": "multipart/form-data"}, b"no boundary"),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=x"}, b"a=\xff"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"%FF%FE=%FF&MJD=1"),
        ({"Referer": "http://[", "Cookie": "hashtag=x"}, b""),
        ({"Cookie": "hashtag=\udce9"}, b""),
    ],
    ids=["part", "boundary", "charset", "bytes", "referer", "cookie"],
)
async def test_an_odd_request_gets_a_short_sentence(
    stack: Stack, headers: dict[str, str], body: bytes
) -> None:
    address = urlsplit(stack.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = [
        "POST /cgi/upload HTTP/1.1",
        f"Host: {address.netloc}",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    head = "\r\n".join(lines).encode(errors="surrogateescape")
    writer.write(head + b"\r\n\r\n" + body)
    answer = (await reader.read()).decode()
    writer.close()
    status, text = answer.split(" ", 2)[1], answer.partition("\r\n\r\n")[2]
    assert status in {"400", "403"}
    assert 0 < len(text) <= 100


async def test_a_script_that_asks_for_json_never_gets_a_page(stack: Stack) -> None:
    accept = {"Accept": "text/html, image/gif, */*; q=.2"}
    async with (
        ClientSession() as session,
        session.post(
            f"{stack.url}/cgi/upload", data={"outputFormat": "json"}, headers=accept
        ) as answer,
    ):
        assert answer.content_type == "text/plain"
        assert await answer.text() == "Log in or send your hashtag."


async def test_no_rows_asked_for_is_not_all_rows(observer: Visitor) -> None:
    for number in range(25):
        await observer.post("newevent", EventID=f"ivo://N{number}", ra="1", dec="2")
    assert len(await observer.get("list_of_alerts", format="json", num="0")) == 20


async def test_a_lost_view_is_rebuilt(stack: Stack, observer: Visitor) -> None:
    await observer.upload(TARGET, image(22))
    before = await observer.light_curve(TARGET)
    settings = ServiceSettings(mongo_url=stack.environment["CPCS_MONGO_URL"])
    database = connect(settings, "gateway")
    for name in ("alerts", "observations"):
        await database[name].delete_many({})
    with pytest.raises(RefusedError, match="There is no target"):
        await observer.light_curve(TARGET)
    said = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, "-m", "services.alerts.admin", "announce"],
        env={**os.environ, **stack.environment},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "events said" in said.stdout

    async def rebuilt() -> bool:
        try:
            return await observer.light_curve(TARGET) == before
        except RefusedError:
            return False

    await eventually(rebuilt)
    database.client.close()


async def test_a_subscriber_hears_the_points_of_its_band(
    stack: Stack, observer: Visitor
) -> None:
    connection = await aio_pika.connect(stack.environment["CPCS_AMQP_URL"])
    channel = await connection.channel()
    mine = await channel.declare_queue(exclusive=True)
    await mine.bind("cpcs", "observation.recorded.v1.APASS.r")
    await observer.upload(TARGET, image(23), dryRun="1")
    answer = await observer.upload(TARGET, image(23))
    async with mine.iterator(timeout=20) as messages:
        async for message in messages:
            assert message.content_type == "application/json"
            assert message.type == "observation.recorded.v1"
            assert f'"observation_id":{answer["followup_id"]},' in message.body.decode()
            break
    await connection.close()
