"""Every path for every role: nobody gets in who may not, everybody who may."""

from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import ClientSession, ClientTimeout

from services.gateway.domain.roles import Role
from services.gateway.site import ROUTES
from services.gateway.web.route import Route
from stack.running import Stack
from tests.support.server import visitor

REFUSED = {401, 403}
PLACES = {
    "{upload}": "11111111-1111-4111-8111-111111111111",
    "{name:.+}": "nothing",
    "{number:[1-9][0-9]{0,11}}": "999999999",
    "{alert:[1-9][0-9]{0,11}}": "999999999",
    "{packet:[0-9a-f]{64}}": "ab" * 32,
}


@pytest.fixture(scope="module")
async def hashtags(stack: Stack) -> AsyncIterator[Mapping[Role, str]]:
    async with visitor(stack) as admin:
        told = {
            role: await admin.post(
                "newuser", obsName=f"one of role {role}", allow_upload=allowed
            )
            for role, allowed in ((Role.OBSERVER, "0"), (Role.UPLOADER, "1"))
        }
        yield {
            Role.ANYBODY: "",
            **{role: text.split(": ")[1] for role, text in told.items()},
            Role.ADMINISTRATOR: admin.hashtag,
        }


def filled(path: str) -> str:
    for pattern, example in PLACES.items():
        path = path.replace(pattern, example)
    head, brace, rest = path.partition("{")
    if not brace:
        return path
    names = {"job": PLACES["{upload}"], "upload": PLACES["{upload}"]}
    name, _, pattern = rest.partition(":")
    example = names.get(name, pattern.split("|")[0].rstrip("}"))
    return head + example + rest.rpartition("}")[2]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.path}")
async def test_a_path_is_open_to_its_role_and_those_above(
    stack: Stack, hashtags: Mapping[Role, str], route: Route, role: Role
) -> None:
    headers = {"Authorization": f"Bearer {hashtags[role]}"} if role else {}
    url = stack.url + filled(route.path)
    async with (
        ClientSession(timeout=ClientTimeout(20)) as session,
        session.request(
            route.method, url, headers=headers, allow_redirects=False
        ) as answer,
    ):
        if route.path == "/login" and route.method == "POST":
            assert answer.status in REFUSED  # whatever the role: a hashtag is needed
            return
        assert (answer.status in REFUSED) == (role < route.role)
        assert answer.status < 500
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
