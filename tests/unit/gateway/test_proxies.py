"""Behind a proxy: who asks, and how this server is called."""

from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

from services.gateway.domain.proxies import asker
from services.gateway.domain.roles import Role
from services.gateway.settings import Settings
from services.gateway.site import build_site
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.paths import address, is_secure
from services.gateway.web.route import get, post
from tests.support.desk import Office

OURS = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1", "10.1.2.3"], "198.51.100.1"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
        ("127.0.0.1", ["unknown"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1", ""], "127.0.0.1"),
        ("127.0.0.1", ["10.0.0.1"], "10.0.0.1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_who_asks_is_the_nearest_that_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert asker(peer, forwarded, OURS) == expected


async def told(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Tell how the client calls us."""
    return web.json_response([address(request), is_secure(request)])


@pytest.mark.parametrize("public", ["https://cal.example.org/", ""])
async def test_links_are_those_that_clients_know(public: str) -> None:
    office = Office(settings=Settings(public_url=public))
    site = build_site(office.desk, [get("/told", told, Role.ANYBODY)])
    async with (
        TestClient(TestServer(site)) as client,
        client.get("/followup/told") as answer,
    ):
        here = f"http://{client.host}:{client.port}"
        expected = (public.rstrip("/") or here) + "/followup"
        assert await answer.json() == [expected, bool(public)]


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://cal.example.org", 200), ("https://example.org", 403)],
)
async def test_our_own_pages_are_no_other_site(origin: str, status: int) -> None:
    office = Office(settings=Settings(public_url="https://cal.example.org"))
    site = build_site(office.desk, [post("/told", told, Role.ANYBODY)])
    async with (
        TestClient(TestServer(site)) as client,
        client.post("/told", data={"x": "1"}, headers={"Origin": origin}) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize("trusted", [("127.0.0.1",), ()])
async def test_clients_behind_our_proxy_are_told_apart(
    trusted: tuple[str, ...],
) -> None:
    settings = Settings(rate_of_requests="2/minute", trusted_proxies=trusted)
    office = Office(settings=settings)
    async with TestClient(TestServer(build_site(office.desk))) as client:
        statuses = []
        for number in range(4):
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            async with client.get("/api/v1/openapi.json", headers=headers) as answer:
                statuses.append(answer.status)
    assert statuses == ([200] * 4 if trusted else [200, 200, 429, 429])


@pytest.mark.parametrize(
    "wrong", [{"public_url": "cal.example.org"}, {"trusted_proxies": "10.0.0.1/8"}]
)
def test_a_setting_that_means_nothing_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]
