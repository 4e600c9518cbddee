"""A broker's folder of another version: the server runs, and the doctor renews it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage

from shared.contracts.gateway import UploadSubmitted
from shared.messaging import rabbit_mending
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.rabbit_mending import InUseError, mended, states
from shared.messaging.rabbit_topology import differing
from shared.messaging.transport import Envelope, Handled, Outcome
from shared.settings import ServiceSettings
from tests.support.builders import frame
from tests.support.waiting import eventually

SUBMITTED = UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat")
QUEUE = "ingest.upload.submitted.v1"
WAITING = 25


@pytest.fixture
async def connection(
    infrastructure: ServiceSettings,
) -> AsyncIterator[AbstractConnection]:
    first = await RabbitTransport.connect(infrastructure)  # waits for the broker
    await first.close()
    opened = await aio_pika.connect(infrastructure.amqp_url)
    async with opened:
        yield opened


@pytest.fixture
async def older(
    infrastructure: ServiceSettings, connection: AbstractConnection
) -> list[Envelope]:
    """What waits in a queue that an older version made, with other arguments."""
    newer = await RabbitTransport.connect(infrastructure)
    async with connection.channel() as channel:
        await (await channel.get_queue(QUEUE)).delete(if_empty=False, if_unused=False)
        arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 3}
        queue = await channel.declare_queue(QUEUE, durable=True, arguments=arguments)
        await queue.bind("cpcs", f"{UploadSubmitted.key}.#")
    said = [Envelope.of(SUBMITTED, id=uuid4()) for _ in range(WAITING)]
    for one in said:
        await newer.publish(one)
    await newer.close()
    return said


async def heard(transport: RabbitTransport) -> list[Envelope]:
    taken: list[Envelope] = []

    async def take(envelope: Envelope) -> Outcome:
        taken.append(envelope)
        return Handled()

    await transport.consume(QUEUE, take)
    return taken


async def others(
    connection: AbstractConnection, settings: ServiceSettings
) -> list[str]:
    found = await differing(connection, settings.retry_delays)
    return [layout.name for layout in found]


async def test_a_server_runs_on_queues_of_another_version_and_says_so(
    infrastructure: ServiceSettings,
    older: list[Envelope],
    connection: AbstractConnection,
) -> None:
    transport = await RabbitTransport.connect(infrastructure)
    assert transport.warnings() == [
        f"of another version: the queue {QUEUE}: 'cpcs-server doctor' renews them"
    ]
    taken = await heard(transport)
    extra = Envelope.of(SUBMITTED, id=uuid4())
    await transport.publish(extra)

    async def all_heard() -> bool:
        return len(taken) > len(older)

    await eventually(all_heard)
    with pytest.raises(InUseError):
        await mended(connection, infrastructure.retry_delays)
    await transport.drain(5)
    await transport.close()
    await mended(connection, infrastructure.retry_delays)


@pytest.mark.parametrize("killed_after", [None, 9, WAITING + 4])
async def test_a_queue_is_made_anew_and_a_kill_on_the_way_loses_nothing(
    infrastructure: ServiceSettings,
    older: list[Envelope],
    connection: AbstractConnection,
    killed_after: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delays = infrastructure.retry_delays
    if killed_after is not None:
        with monkeypatch.context() as patched:
            _dies_after(patched, killed_after)
            with pytest.raises(KeyboardInterrupt):
                await mended(connection, delays)
    assert await mended(connection, delays) == {QUEUE: WAITING}
    assert await others(connection, infrastructure) == []
    assert not [one for one in await states(connection, delays) if "aside" in one.name]
    transport = await RabbitTransport.connect(infrastructure)
    assert transport.warnings() == []
    taken = await heard(transport)

    async def all_heard() -> bool:
        return len(taken) >= len(older)

    await eventually(all_heard)
    assert {one.id for one in taken} == {one.id for one in older}
    assert {one.type for one in taken} == {UploadSubmitted.key}
    await transport.drain(5)
    await transport.close()


def _dies_after(patched: pytest.MonkeyPatch, messages: int) -> None:
    """Let whoever mends die before it moves one more message."""
    left = messages
    real = rabbit_mending._copy

    def copy(message: AbstractIncomingMessage) -> aio_pika.Message:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        return real(message)

    patched.setattr(rabbit_mending, "_copy", copy)
