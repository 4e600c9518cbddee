"""A server of its own, to be mistreated."""

from collections.abc import AsyncIterator

import pytest

from stack.running import Stack
from stack.visitor import Visitor
from tests.support.ground import GIVEN
from tests.support.server import DEC, RA, load, server, visitor
from tests.support.vtp import Broker, broker

TARGET = "ivo://Mistreated"
SLOW = 400.0
"""[s] that hundreds of events may take on a busy machine."""


@pytest.fixture(scope="session", autouse=True)
def own_ground() -> None:
    """Nobody's broker and store are killed but those that a test started."""
    if GIVEN:
        pytest.skip("faults need a broker and a store of their own")


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
        "CPCS_ANSWER_TIMEOUT": "5",
        "CPCS_WEBHOOKS_INSIDE": "1",
        "CPCS_VTP_UPSTREAMS": f"127.0.0.1:{upstream.port}",
        "CPCS_VTP_IDLE": "3600",  # the broker says nothing between the tests
    }
    async with server(tmp_path_factory.mktemp("faults"), **changes) as running:
        await load(running)
        yield running


@pytest.fixture(scope="session")
async def observer(stack: Stack) -> AsyncIterator[Visitor]:
    async with visitor(stack, "Patient observer") as who:
        await who.post("newevent", EventID=TARGET, ra=str(RA), dec=str(DEC))
        yield who
