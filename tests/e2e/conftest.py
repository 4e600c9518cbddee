"""Six real processes, a broker and a store, once for all tests here."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.browsing import CHROMIUM, opened_browser, opened_page
from tests.support.server import DEC, RA, free_port, image, load, server, visitor
from tests.support.shell import ROOT, Shell
from tests.support.vtp import Broker, Peer, broker

TARGET = "ivo://TT Tri"
SHELL_TARGET = "ivo://Command line"
CURVE_TARGET = "ivo://Light curve"


@pytest.fixture(scope="session")
async def upstream() -> AsyncIterator[Broker]:
    """A VTP broker that this server alone follows."""
    async with broker() as running:
        yield running


@pytest.fixture(scope="session")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, upstream: Broker
) -> AsyncIterator[Stack]:
    changes = {
        "CPCS_UPLOAD_LIMIT": "2000000",
        "CPCS_IMAGE_LIMIT": "8000000",
        "CPCS_RATE_OF_FAILED_LOGINS": "60/second",  # a guess slows no later test
        "CPCS_VTP_UPSTREAMS": f"127.0.0.1:{upstream.port}",
        "CPCS_VTP_IDLE": "3600",  # the broker says nothing between the tests
        "CPCS_VTP_SERVE": f"127.0.0.1:{free_port()}",
    }
    async with server(tmp_path_factory.mktemp("e2e"), **changes) as running:
        await load(running)
        yield running


@pytest.fixture(scope="session")
async def observer(stack: Stack) -> AsyncIterator[Visitor]:
    async with visitor(stack, "Ostrowik 0.6m, K.Rybicki") as who:
        await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
        yield who


@pytest.fixture(scope="session")
async def stranger(stack: Stack) -> AsyncIterator[Visitor]:
    async with visitor(stack, "Another observatory") as who:
        yield who


@pytest.fixture(scope="session")
async def peer(stack: Stack, upstream: Broker) -> Peer:
    """The connection of the running alerts service."""
    return await upstream.peer()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    async with opened_browser() as opened:
        yield opened


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with opened_page(browser) as opened:
        yield opened


async def target(who: Visitor, name: str) -> dict[str, Any]:
    found: dict[str, Any] = await who.get(f"api/v1/targets/{name}")
    return found


@pytest.fixture(scope="session")
async def shell(
    stack: Stack, observer: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> Shell:
    await observer.post("newevent", EventID=SHELL_TARGET, ra=str(RA), dec=str(DEC))
    home = tmp_path_factory.mktemp("home")
    environment = {
        **{name: it for name, it in os.environ.items() if name[:5] != "CPCS_"},
        "PYTHONPATH": str(ROOT / "client" / "src"),
        "CPCS_CONFIG_HOME": str(home),
        "CPCS_NO_KEYRING": "1",
        "COLUMNS": "120",
        "HOME": str(home),
    }
    made = Shell(environment)
    told = await made.run("login", stack.url, "--hashtag", observer.hashtag)
    assert "You are Ostrowik 0.6m, K.Rybicki" in told
    return made


@pytest.fixture(scope="session")
async def curve(stack: Stack, observer: Visitor) -> str:
    await observer.post("newevent", EventID=CURVE_TARGET, ra=str(RA), dec=str(DEC))
    for number, band in enumerate(("g", "r", "r", "i"), start=1):
        magnitude = None if number == 3 else 14.0 + number / 10
        frame = image(number, magnitude, band)
        await observer.upload(CURVE_TARGET, frame, forceFilter=f"APASS/{band}")
    found = await observer.get("api/v1/targets", search="Light curve")
    return f"{stack.url}/light_curve?alert_id={found['targets'][0]['id']}"


@pytest.fixture(scope="session")
async def measured(observer: Visitor) -> str:
    """Return the address of a calibration."""
    answer = await observer.upload(TARGET, image(71))
    return str(answer["image_link"].removesuffix(".png"))
