"""The broker and its in-memory twin behave alike."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import aio_pika

from shared.contracts.alerts import ObservationDeleted, ObservationTried
from shared.contracts.gateway import ConeRequested, UploadSubmitted
from shared.messaging.memory import MemoryTransport
from shared.messaging.rabbit import RabbitTransport
from shared.messaging.topology import PUBLIC_STREAM
from shared.messaging.transport import (
    Envelope,
    Failed,
    Handled,
    Outcome,
    RetryAfter,
    Transport,
)
from shared.settings import ServiceSettings
from tests.support.builders import UPLOAD, frame, recorded, solved
from tests.support.transports import until
from tests.support.waiting import eventually

SUBMITTED = UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat")
QUEUE = "ingest.upload.submitted.v1"
Outcomes = Callable[[Envelope], Outcome]


async def consumed(
    transport: Transport, outcome: Outcomes, queue: str = QUEUE
) -> list[Envelope]:
    taken: list[Envelope] = []

    async def take(envelope: Envelope) -> Outcome:
        taken.append(envelope)
        return outcome(envelope)

    await transport.consume(queue, take)
    return taken


async def test_a_message_arrives_as_it_was_sent(transport: Transport) -> None:
    taken = await consumed(transport, lambda _: Handled())
    sent = Envelope.of(SUBMITTED, id=uuid4(), correlation_id=UPLOAD)
    await transport.publish(sent)

    async def arrived() -> bool:
        return len(taken) == 1

    await until(transport, arrived)
    assert (taken[0].id, taken[0].correlation_id) == (sent.id, UPLOAD)
    assert (taken[0].type, taken[0].body) == (sent.type, sent.body)
    assert taken[0].attempt == 0


async def test_an_event_reaches_every_service_that_hears_it(
    transport: Transport,
) -> None:
    alerts = await consumed(
        transport, lambda _: Handled(), "alerts.calibration.solved.v1"
    )
    gateway = await consumed(
        transport, lambda _: Handled(), "gateway.calibration.solved.v1"
    )
    await transport.publish(Envelope.of(solved(), id=uuid4()))

    async def both() -> bool:
        return len(alerts) == len(gateway) == 1

    await until(transport, both)


async def test_a_message_comes_back_later_with_its_attempts_counted(
    transport: Transport,
) -> None:
    taken = await consumed(
        transport,
        lambda one: RetryAfter(0.05, "away") if one.attempt < 2 else Handled(),
    )
    sent = Envelope.of(SUBMITTED, id=uuid4())
    await transport.publish(sent)

    async def thrice() -> bool:
        return len(taken) == 3

    await until(transport, thrice)
    assert [one.attempt for one in taken] == [0, 1, 2]
    assert {one.id for one in taken} == {sent.id}
    assert {one.type for one in taken} == {sent.type}
    assert await transport.dead_letters() == []


async def test_dead_letters_are_kept_replayed_and_dropped(
    transport: Transport,
) -> None:
    broken = True
    taken = await consumed(transport, lambda _: Failed("bad") if broken else Handled())
    one, other = (Envelope.of(SUBMITTED, id=uuid4()) for _ in range(2))
    await transport.publish(one)
    await transport.publish(other)

    async def both_dead() -> bool:
        return len(await transport.dead_letters()) == 2

    await until(transport, both_dead)
    letters = {letter.envelope.id: letter for letter in await transport.dead_letters()}
    assert set(letters) == {one.id, other.id}
    assert {(letter.queue, letter.reason) for letter in letters.values()} == {
        (QUEUE, "bad")
    }
    broken = False
    assert await transport.replay(one.id) == 1
    assert await transport.drop(other.id) == 1
    assert await transport.drop(uuid4()) == 0

    async def replayed() -> bool:
        return len(taken) == 3

    await until(transport, replayed)
    assert await transport.dead_letters() == []


async def test_nothing_is_taken_after_draining(transport: Transport) -> None:
    taken = await consumed(transport, lambda _: Handled())
    await transport.drain(1)
    await transport.publish(Envelope.of(SUBMITTED, id=uuid4()))
    if isinstance(transport, MemoryTransport):
        await transport.work()
        assert await transport.troubles()
    assert taken == []


async def test_a_queue_that_serves_is_ready(transport: Transport) -> None:
    taken = await consumed(transport, lambda _: Handled())
    assert await transport.troubles() == []
    assert all(one.type == SUBMITTED.key for one in taken)


async def test_work_in_hand_is_finished_when_draining(
    infrastructure: ServiceSettings,
) -> None:
    rabbit = await RabbitTransport.connect(infrastructure)
    begun, go_on = asyncio.Event(), asyncio.Event()
    finished: list[Envelope] = []

    async def take(envelope: Envelope) -> Outcome:
        begun.set()
        await go_on.wait()
        finished.append(envelope)
        return Handled()

    await rabbit.consume("catalog.cone.requested.v1", take)
    asked = ConeRequested(request_id=UPLOAD, survey="APASS", ra=1, dec=2, radius=0.1)
    await rabbit.publish(Envelope.of(asked, id=uuid4()))
    await begun.wait()
    draining = asyncio.create_task(rabbit.drain(10))
    go_on.set()
    await draining
    assert len(finished) == 1
    await rabbit.close()


async def test_a_stranger_s_message_is_a_dead_letter_not_a_crash(
    infrastructure: ServiceSettings,
) -> None:
    rabbit = await RabbitTransport.connect(infrastructure)
    await consumed(rabbit, lambda one: Failed("strange") if not one.type else Handled())
    connection = await aio_pika.connect(infrastructure.amqp_url)
    channel = await connection.channel()
    exchange = await channel.get_exchange("cpcs")
    await exchange.publish(
        aio_pika.Message(b"\xff not json", message_id="not a uuid"),
        "upload.submitted.v1",
    )
    (letter,) = await eventually(rabbit.dead_letters)
    assert letter.envelope.body == b"\xff not json"
    assert await rabbit.drop(letter.envelope.id) == 1
    await connection.close()
    await rabbit.drain(5)
    await rabbit.close()


async def test_the_public_stream_keeps_stored_points_for_replay(
    infrastructure: ServiceSettings,
) -> None:
    rabbit = await RabbitTransport.connect(infrastructure)
    await consumed(rabbit, lambda _: Handled(), "gateway.observation.recorded.v1")
    tried = ObservationTried(**vars(recorded(stored=False)))
    gone = ObservationDeleted(observation_id=61376, alert_id=26316, revision=2)
    dry = Envelope.of(tried, id=uuid4())
    kept = [Envelope.of(one, id=uuid4()) for one in (recorded(), gone)]
    for one in (dry, *kept):
        await rabbit.publish(one)
    ours = {str(one.id) for one in (dry, *kept)}  # other tests publish too
    connection = await aio_pika.connect(infrastructure.amqp_url)
    for _ in range(2):  # a subscriber that was away reads it all again
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=10)
        stream = await channel.get_queue(PUBLIC_STREAM)
        seen: asyncio.Queue[str] = asyncio.Queue()

        async def note(
            message: aio_pika.abc.AbstractIncomingMessage,
            seen: asyncio.Queue[str] = seen,
        ) -> None:
            await message.ack()
            seen.put_nowait(str(message.message_id))

        await stream.consume(note, arguments={"x-stream-offset": "first"})
        async with asyncio.timeout(20):
            heard = [await seen.get()]
            while heard[-1] != str(kept[-1].id):
                heard.append(await seen.get())
        told = [one for one in heard if one in ours]
        assert told == [str(one.id) for one in kept]
        assert seen.empty()
        await channel.close()
    await connection.close()
    await rabbit.drain(5)
    await rabbit.close()
