"""Dead letters: who hears of them, and what an operator does with them."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from shared.columns import pack
from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.messaging.deadletters import operate
from shared.messaging.memory import MemoryTransport
from shared.messaging.runner import Runner
from shared.messaging.service import Service
from shared.messaging.transport import LARGEST_MESSAGE, DeadLetter
from shared.workers import WorkerDiedError
from tests.support.builders import STARS, UPLOAD
from tests.support.runners import DELAYS, PARSED, SUBMITTED, listening


@pytest.fixture
async def dead() -> tuple[MemoryTransport, UUID]:
    async def fail(_: UploadSubmitted) -> Sequence[Event]:
        raise ConnectionError("away")

    transport, runner = await listening(fail)
    id_ = uuid4()
    await runner.publish(SUBMITTED, id=id_)
    await transport.work()
    return transport, id_


async def test_the_operator_lists_and_shows_dead_letters(
    dead: tuple[MemoryTransport, UUID],
) -> None:
    transport, id_ = dead
    (line,) = await operate(transport, "list", "all")
    assert str(id_) in line
    assert "ConnectionError: away" in line
    (whole,) = await operate(transport, "show", str(id_))
    assert "image.cat" in whole


async def test_the_operator_replays_a_dead_letter(
    dead: tuple[MemoryTransport, UUID],
) -> None:
    transport, id_ = dead
    assert await operate(transport, "replay", str(id_)) == [
        "1 dead letters: replay done"
    ]
    assert await transport.dead_letters() == []
    await transport.work()
    assert len(await transport.dead_letters()) == 1


async def test_the_operator_drops_dead_letters(
    dead: tuple[MemoryTransport, UUID],
) -> None:
    transport, _ = dead
    assert await operate(transport, "drop", "all") == ["1 dead letters: drop done"]
    assert await operate(transport, "list", "all") == ["no dead letters"]


async def test_what_killed_its_worker_is_tried_once_more_and_no_oftener() -> None:
    tries = []

    async def die(event: UploadSubmitted) -> Sequence[Event]:
        tries.append(event)
        raise WorkerDiedError("code -11")

    transport, runner = await listening(die)
    await runner.publish(SUBMITTED, id=uuid4())
    await transport.work()
    assert len(tries) == 2
    (letter,) = await transport.dead_letters()
    assert "WorkerDiedError" in letter.reason


async def test_a_service_hears_of_dead_letters_of_any_queue() -> None:
    async def fail(_: UploadSubmitted) -> Sequence[Event]:
        raise ValueError("never")

    told: list[DeadLetter] = []

    async def hear(letter: DeadLetter) -> None:
        told.append(letter)

    transport, runner = await listening(fail)
    gateway = Service(name="gateway", hears={}, hears_dead=hear)
    await Runner(gateway, transport, DELAYS).start()
    await runner.publish(SUBMITTED, id=uuid4(), correlation_id=UPLOAD)
    await transport.work()
    (letter,) = told
    assert letter.queue == "ingest.upload.submitted.v1"
    assert letter.envelope.correlation_id == UPLOAD


async def test_an_effect_that_no_broker_takes_ends_among_the_dead_letters() -> None:
    crowded = STARS.model_copy(update={"mag": pack([0.1]) * (LARGEST_MESSAGE // 8)})

    async def parse_a_crowd(_: UploadSubmitted) -> Sequence[Event]:
        return [PARSED.model_copy(update={"stars": crowded})]

    transport, runner = await listening(parse_a_crowd)
    await runner.publish(SUBMITTED, id=uuid4())
    await transport.work()
    (letter,) = await transport.dead_letters()
    assert letter.reason.startswith("too large: ")
