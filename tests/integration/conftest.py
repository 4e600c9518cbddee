"""A real RabbitMQ and a real document store, once for all tests here."""

from collections.abc import AsyncIterator, Callable, Iterator
from uuid import uuid4

import pytest

from shared.mongo import Database, connect
from shared.settings import ServiceSettings
from tests.support.alerts import Owned
from tests.support.server import server


@pytest.fixture(scope="session")
async def infrastructure(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[ServiceSettings]:
    folder = tmp_path_factory.mktemp("infra")
    async with server(folder, services=()) as stack:
        yield ServiceSettings(
            amqp_url=stack.environment["CPCS_AMQP_URL"],
            mongo_url=stack.environment["CPCS_MONGO_URL"],
            data_dir=folder,
            retry_delays=(0.05, 0.1),
        )


@pytest.fixture
def connected(
    infrastructure: ServiceSettings,
) -> Iterator[Callable[[str], Database]]:
    """Opens databases by owner, and closes them when the test is over."""
    opened: list[Database] = []

    def connect_as(owner: str) -> Database:
        opened.append(connect(infrastructure, owner))
        return opened[-1]

    yield connect_as
    for database in opened:
        database.client.close()


@pytest.fixture
def database(connected: Callable[[str], Database]) -> Database:
    """A database that no other test uses."""
    return connected(f"test_{uuid4().hex[:8]}")


@pytest.fixture
async def owned(database: Database) -> Owned:
    return await Owned.of(database)
