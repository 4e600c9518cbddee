"""A real RabbitMQ and a real document store, once for all tests here."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from uuid import uuid4

import pytest

from shared.messaging.memory import MemoryTransport
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.transport import Transport
from shared.mongo import Database, answers, connect
from shared.settings import ServiceSettings
from tests.support.alerts import Owned
from tests.support.calibrator import MADE, Calibrator
from tests.support.networks import stars_of
from tests.support.server import server
from tests.support.waiting import eventually


@pytest.fixture(scope="session")
async def infrastructure(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[ServiceSettings]:
    folder = tmp_path_factory.mktemp("infra")
    async with server(folder, services=()) as stack:
        settings = ServiceSettings(
            amqp_url=stack.environment["CPCS_AMQP_URL"],
            mongo_url=stack.environment["CPCS_MONGO_URL"],
            mongo_prefix=stack.environment.get("CPCS_MONGO_PREFIX", "cpcs"),
            data_dir=folder,
            retry_delays=(0.05, 0.1),
        )
        await _store_answers(settings)
        yield settings


async def _store_answers(settings: ServiceSettings) -> None:
    """Wait for the store: no service is here that would."""
    database = connect(settings, "waiting")
    await eventually(partial(answers, database), within=120)
    database.client.close()


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


@pytest.fixture(params=["memory", "rabbit"])
async def transport(
    request: pytest.FixtureRequest, infrastructure: ServiceSettings
) -> AsyncIterator[Transport]:
    if request.param == "memory":
        yield MemoryTransport()
        return
    rabbit = await RabbitTransport.connect(infrastructure)
    yield rabbit
    await rabbit.drain(5)
    await rabbit.close()


@pytest.fixture
async def calibrator(database: Database) -> Calibrator:
    """The calibrator's networks, with the stars of every frame of a simulation."""
    one = Calibrator(database)
    await one.points.prepare()
    for frame in MADE.frames:
        await one.measured.put(stars_of(frame, "APASS", "PS1"))
    return one
