"""Light curves as files that astropy reads from the address."""

import asyncio
from urllib.parse import quote

import pytest
from aiohttp import ClientSession
from astropy.table import Table

from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import image
from tests.support.waiting import eventually


def address(observer: Visitor, layout: str, query: str = "") -> str:
    name = quote(TARGET, safe="")
    where = f"{observer.url}/api/v1/targets/{name}/lightcurve.{layout}"
    return f"{where}?hashtag={observer.hashtag}{query.replace('?', '&')}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"get_alert_lc_data?alert_name={TARGET}", 403),
        (f"api/v1/targets/{TARGET.removeprefix('ivo://')}/lightcurve.csv", 401),
    ],
)
async def test_data_need_a_hashtag_given_in_any_way(
    observer: Visitor, path: str, status: int
) -> None:
    async with ClientSession() as session:
        url, secret = f"{observer.url}/{path}", observer.hashtag
        async with session.get(url) as answer:
            assert answer.status == status
            challenge = answer.headers.get("WWW-Authenticate", "")
            assert challenge.startswith("Bearer") == (status == 401)
            assert "Log in to see this." in await answer.text()
        sign = "&" if "?" in url else "?"
        bearer = {"Authorization": f"Bearer {secret}"}
        for answering in (
            session.get(f"{url}{sign}hashtag={secret}"),
            session.get(url, headers=bearer),
            session.get(url, headers={"Cookie": f"hashtag={secret}"}),
        ):
            async with answering as answer:
                assert answer.status == 200


async def test_astropy_reads_the_light_curve_from_its_address(
    observer: Visitor,
) -> None:
    answer = await observer.upload(TARGET, image(41))
    url = address(observer, "ecsv")
    table = await asyncio.to_thread(Table.read, url, format="ascii.ecsv", cache=False)
    point = table[table["id"] == answer["followup_id"]]
    assert point["mag"][0] == answer["mag"]
    assert point["zero_point"][0] == answer["zeropoint"]
    assert table.meta["target"] == TARGET
    assert (table["mjd"][1:] >= table["mjd"][:-1]).all()


async def test_a_light_curve_is_filtered_and_not_sent_twice(
    observer: Visitor,
) -> None:
    answer = await observer.upload(TARGET, image(84))
    number = answer["followup_id"]
    async with ClientSession() as session:
        url = address(observer, "json", f"?since_id={number - 1}&band=r")
        async with session.get(url) as found:
            assert [row["id"] for row in (await found.json())["rows"]] == [number]
        await eventually(lambda: _unchanged(session, url))
        nothing = address(observer, "csv", "?band=Z")
        async with session.get(nothing) as found:
            assert len((await found.text()).splitlines()) == 1


async def _unchanged(session: ClientSession, url: str) -> bool:
    """Ask twice: a light curve changes until its network is solved."""
    async with session.get(url) as found:
        mark = found.headers["ETag"]
    async with session.get(url, headers={"If-None-Match": mark}) as again:
        return again.status == 304


@pytest.mark.parametrize("query", ["?since=x", "?since_id=1.5", "?observer=-1"])
async def test_a_filter_that_means_nothing_is_told_so(
    observer: Visitor, query: str
) -> None:
    path = address(observer, "csv", query).removeprefix(f"{observer.url}/")
    with pytest.raises(RefusedError, match="Input should be"):
        await observer.get(path)
