"""Who may do what, by which way of login, and where hashtags are never seen."""

import pytest
from aiohttp import ClientSession, CookieJar

from services.gateway.web.guard import SESSION
from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.conftest import TARGET
from tests.support.server import image


async def test_only_the_administrator_makes_users(observer: Visitor) -> None:
    with pytest.raises(RefusedError, match="Only the administrator"):
        await observer.post("newuser", obsName="Me", lon="0", lat="0")


async def test_an_observer_who_may_not_upload_does_not(
    stack: Stack, observer: Visitor
) -> None:
    async with ClientSession() as session:
        admin = Visitor(session, stack.url, stack.admin_hashtag())
        told = await admin.post("newuser", obsName="Reader", allow_upload="0")
        reader = Visitor(session, stack.url, told.split(": ")[1])
        with pytest.raises(RefusedError, match="may not upload"):
            await reader.upload(TARGET, image(21))


async def test_all_four_ways_of_login_are_known_when_reading(
    stack: Stack, observer: Visitor
) -> None:
    logged_in = "Logged in as Ostrowik 0.6m, K.Rybicki"
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(f"{stack.url}/?hashtag={observer.hashtag}") as answer:
            assert logged_in in await answer.text()
        cookies = {"Cookie": f"hashtag={observer.hashtag}"}
        async with session.get(f"{stack.url}/", headers=cookies) as answer:
            assert logged_in in await answer.text()
        async with session.get(f"{stack.url}/") as answer:
            assert ">Login<" in await answer.text()
        data = {"hashtag": observer.hashtag}
        async with session.post(f"{stack.url}/login", data=data) as answer:
            assert logged_in in await answer.text()
        kept = {cookie.key: cookie for cookie in session.cookie_jar}
        assert kept[SESSION]["httponly"]
        assert observer.hashtag not in kept[SESSION].value
        async with session.post(f"{stack.url}/logout") as answer:
            assert logged_in not in await answer.text()


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "fetch metadata"],
)
async def test_a_cookie_alone_changes_nothing_from_another_site(
    stack: Stack, observer: Visitor, headers: dict[str, str]
) -> None:
    cookie = {"Cookie": f"hashtag={observer.hashtag}", **headers}
    fields = {"EventID": "ivo://Forged", "ra": "1", "dec": "2"}
    async with (
        ClientSession() as session,
        session.post(
            f"{stack.url}/cgi/newevent", data=fields, headers=cookie
        ) as answer,
    ):
        assert answer.status == 403
        assert await answer.text() == "Another site may not make this change."


async def test_a_script_s_cookie_is_enough_for_its_own_change(
    stack: Stack, observer: Visitor
) -> None:
    cookie = {"Cookie": f"hashtag={observer.hashtag}"}
    fields = {"EventID": "ivo://Cookie", "ra": "1", "dec": "2", "outputFormat": "json"}
    async with (
        ClientSession() as session,
        session.post(
            f"{stack.url}/cgi/newevent", data=fields, headers=cookie
        ) as answer,
    ):
        assert (await answer.json())["ivorn"] == "ivo://Cookie"


async def test_no_secret_reaches_the_logs(stack: Stack, observer: Visitor) -> None:
    await observer.get("list_of_alerts", format="json", hashtag=observer.hashtag)
    log = (stack.data_dir / "stack.log").read_text()
    assert "event.handled" in log
    assert observer.hashtag not in log
    assert stack.admin_hashtag() not in log
    assert (stack.data_dir / "admin-hashtag").stat().st_mode & 0o077 == 0
