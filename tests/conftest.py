"""Options and fixtures of all tests."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from tests.support.vtp import Broker, broker

settings.register_profile("cpcs", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("cpcs")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files of events that have none",
    )


@pytest.fixture(scope="session")
async def upstream() -> AsyncIterator[Broker]:
    """A VTP broker that the alerts service follows."""
    async with broker() as running:
        yield running
