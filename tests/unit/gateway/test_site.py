"""The table of routes enforces what it declares, whatever a handler forgets."""

import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
import structlog
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import REGISTRY

from services.gateway.domain.roles import Role
from services.gateway.settings import Settings
from services.gateway.site import ROUTES, build_site
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.route import Route, get, post
from shared.logging import configure_logging
from tests.support.desk import Office
from tests.support.stores import observer

HASHTAGS: Mapping[Role, str] = {
    Role.OBSERVER: "reads",
    Role.UPLOADER: "uploads",
    Role.ADMINISTRATOR: "administers",
}
Client = TestClient[web.Request, web.Application]


async def forgetful(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Ask for nothing, and tell what was handed in."""
    told = {"observer": observer.id, "fields": dict(form.fields)}
    return web.json_response(told | {"bytes": len(form.content)})


PATHS = [get(f"/get{role:d}", forgetful, role) for role in Role]
PATHS += [post(f"/post{role:d}", forgetful, role) for role in Role]
PATHS += [post("/large", forgetful, Role.UPLOADER, limit=1000)]
PATHS += [Route("POST", "/document", forgetful, Role.UPLOADER, takes_document=True)]


@pytest.fixture(scope="module")
async def client() -> AsyncIterator[Client]:
    office = Office()
    for role, hashtag in HASHTAGS.items():
        number = 10 + role
        office.observers.kept[number] = observer(role, number)
        await office.hashtags.add(number, hashtag)
    async with TestClient(TestServer(build_site(office.desk, PATHS))) as one:
        yield one


def bearing(role: Role) -> dict[str, str]:
    return {"Authorization": f"Bearer {HASHTAGS[role]}"} if role else {}


@pytest.mark.parametrize("asker", list(Role))
@pytest.mark.parametrize("route", PATHS[:8], ids=lambda one: f"{one.method} {one.path}")
async def test_a_handler_that_asks_for_nothing_is_not_open(
    client: Client, route: Route, asker: Role
) -> None:
    async with client.request(
        route.method, route.path, headers=bearing(asker)
    ) as answer:
        assert answer.status == (200 if asker >= route.role else 403)


@pytest.mark.parametrize("way", ["field", "query", "header"])
async def test_a_change_is_made_in_the_name_of_a_hashtag(
    client: Client, way: str
) -> None:
    hashtag = HASHTAGS[Role.UPLOADER]
    data = {"x": "1"} | ({"hashtag": hashtag} if way == "field" else {})
    query = {"hashtag": hashtag} if way == "query" else {}
    headers = bearing(Role.UPLOADER) if way == "header" else {}
    async with client.post(
        "/post2", data=data, params=query, headers=headers
    ) as answer:
        told = await answer.json()
    assert told["observer"] == 10 + Role.UPLOADER
    assert told["fields"]["x"] == "1"


async def test_a_wrong_hashtag_is_refused_whatever_else_is_right(
    client: Client,
) -> None:
    async with client.post(
        "/post2", data={"hashtag": "wrong"}, headers=bearing(Role.UPLOADER)
    ) as answer:
        assert (answer.status, await answer.text()) == (
            403,
            "The hashtag is not known.",
        )


async def test_who_guesses_is_told_when_to_come_again_and_nobody_else() -> None:
    office = Office(settings=Settings(rate_of_failed_logins="2/minute"))
    site = build_site(office.desk, [*ROUTES, *PATHS])
    async with TestClient(TestServer(site)) as client:
        statuses = []
        for _ in range(3):
            async with client.post("/login", data={"hashtag": "wrong"}) as answer:
                statuses.append(answer.status)
                told = await answer.text()
        assert statuses == [403, 403, 429]
        assert told.startswith("Too many requests: try again in ")
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        async with client.get("/get0") as answer:
            assert answer.status == 200


@pytest.mark.parametrize("path", ["/post0", "/post2"])
async def test_a_browser_that_another_site_sends_changes_nothing(
    client: Client, path: str
) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    async with client.post(path, data={"x": "1"}, headers=elsewhere) as answer:
        assert answer.status == 403
        assert "Another site" in await answer.text()


async def test_a_body_is_bounded(client: Client) -> None:
    form = FormData({"hashtag": HASHTAGS[Role.UPLOADER]})
    form.add_field("sexCat", b"x" * 2000, filename="x.cat")
    async with client.post("/large", data=form) as answer:
        assert answer.status == 413
    async with client.post(
        "/large", data={"x": "y" * 3000}, headers=bearing(Role.UPLOADER)
    ) as answer:
        assert (answer.status, await answer.text()) == (400, "The field x is too long.")


async def test_a_file_and_a_document_are_handed_in(client: Client) -> None:
    form = FormData({"hashtag": HASHTAGS[Role.UPLOADER]})
    form.add_field("sexCat", b"x" * 500, filename="x.cat")
    async with client.post("/large", data=form) as answer:
        assert (await answer.json())["bytes"] == 500
    async with client.post(
        "/document", data=b"<x/>", headers=bearing(Role.UPLOADER)
    ) as answer:
        assert (await answer.json())["bytes"] == 4


async def test_what_is_asked_of_a_page_is_its_form(client: Client) -> None:
    async with client.get("/get0", params={"format": "json"}) as answer:
        assert (await answer.json())["fields"] == {"format": "json"}


def test_a_route_without_a_role_does_not_start() -> None:
    with pytest.raises(TypeError):
        get("/", forgetful)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Route("GET", "/", forgetful)  # type: ignore[call-arg]


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_every_route_that_changes_something_names_who_may(route: Route) -> None:
    assert isinstance(route.role, Role)
    if route.changes and route.path not in {"/login", "/logout", "/cgi/askhashtag"}:
        assert route.role > Role.ANYBODY


@pytest.fixture
def _plain_logging_afterwards() -> Iterator[None]:
    before = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.root.handlers[:] = before


@pytest.mark.usefixtures("_plain_logging_afterwards")
async def test_every_request_is_logged_and_counted_without_a_secret(
    capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    configure_logging("gateway", "INFO", "json")
    labels = {"method": "GET", "route": "/get0", "status": "200"}

    def count() -> float:
        return REGISTRY.get_sample_value("cpcs_http_requests_total", labels) or 0.0

    before = count()
    secret = HASHTAGS[Role.UPLOADER]
    asked = {"hashtag": secret, "h%61shtag": secret, secret: "1", "limit": "5"}
    async with client.get("/get0", params=asked) as answer:
        assert answer.status == 200
    async with client.get(f"/nothing/there?{secret}=1") as answer:
        assert answer.status == 404
    told = capsys.readouterr().err
    lines = [json.loads(line) for line in told.splitlines()]
    assert count() == before + 1
    assert [(one["path"], one["status"]) for one in lines] == [
        ("/get0", 200),
        ("/nothing/there", 404),
    ]
    assert lines[0]["query"] == {"limit": "5"}
    assert secret not in told
