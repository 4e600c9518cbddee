"""Two processes of each service, on folders of their own, are one server."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.alerts.reading import read_packet
from services.alerts.streams.framing import Clocks, read_frame
from stack.running import Stack
from stack.visitor import Visitor
from tests.support.server import SKY, free_port, image, load, server
from tests.support.waiting import eventually

TARGET = "ivo://Mistreated"
SECOND = ("catalog", "calibrator", "alerts")
VTP = "127.0.0.1"


@pytest.fixture(scope="session")
async def second(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    """Further processes of the same server, as on another machine."""
    same = ("CPCS_AMQP_URL", "CPCS_MONGO_URL")
    changes = {name: stack.environment[name] for name in same}
    changes["CPCS_ADMIN_HASHTAG"] = stack.admin_hashtag()
    changes["CPCS_VTP_SERVE"] = f"{VTP}:{free_port()}"
    folder = tmp_path_factory.mktemp("second")
    async with server(folder, SECOND, **changes) as running:
        yield running


async def test_surveys_loaded_on_one_machine_serve_on_both(
    stack: Stack, second: Stack, observer: Visitor
) -> None:
    await load(second, "SDSS", SKY)
    own = stack.data_dir / "surveys" / "SDSS" / "current.json"

    async def fetched() -> bool:
        return own.exists()

    await eventually(fetched, within=90)
    before = await sdss_points(observer)
    for number in range(6):
        await observer.upload(TARGET, image(700 + number), forceFilter="SDSS/r")

    async def all_there() -> bool:  # a busy machine may answer by a link
        return await sdss_points(observer) == before + 6

    await eventually(all_there, within=90)


async def sdss_points(observer: Visitor) -> int:
    curve = await observer.light_curve(TARGET)
    return sum(one == "SDSS" for one in curve["catalog"])


async def test_a_subscriber_of_one_alerts_process_hears_all_points(
    second: Stack, observer: Visitor
) -> None:
    _, _, port = second.environment["CPCS_VTP_SERVE"].rpartition(":")
    reader, writer = await asyncio.open_connection(VTP, int(port))
    sent = [image(seed) for seed in range(720, 732)]
    await asyncio.gather(*(observer.upload(TARGET, one) for one in sent))
    heard: set[str] = set()
    async with asyncio.timeout(120):
        while len(heard) < len(sent):
            raw = await read_frame(reader, 1 << 20, Clocks(idle=30, frame=5))
            if b"Photometry of" in raw:
                heard.add(str(read_packet(raw).ivorn))
    assert len(heard) == len(sent)
    writer.transport.abort()
