import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from shared.contracts.alerts import RequestRefused
from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.ingest import UploadParsed
from shared.messaging.deadletters import operate
from shared.messaging.memory import MemoryTransport
from shared.messaging.runner import Runner
from shared.messaging.service import Handler, Service
from shared.messaging.transport import LARGEST_MESSAGE, DeadLetter, Envelope
from shared.workers import WorkerDiedError
from tests.support.builders import STARS, UPLOAD, frame, recorded
from tests.support.every_event import every_event

DELAYS = (1.0, 5.0)
SUBMITTED = UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat")
PARSED = UploadParsed(frame=frame(), stars=STARS, rows_dropped=0)


async def listening(handler: Handler) -> tuple[MemoryTransport, Runner]:
    service = Service(name="ingest", hears={UploadSubmitted: handler})
    transport = MemoryTransport()
    runner = Runner(service, transport, DELAYS)
    await runner.start()
    return transport, runner


async def heard_by_catalog(transport: MemoryTransport) -> list[Envelope]:
    heard: list[Envelope] = []

    async def catalog(event: UploadParsed) -> Sequence[Event]:
        assert event == PARSED
        return []

    service = Service(name="catalog", hears={UploadParsed: catalog})
    runner = Runner(service, transport, DELAYS)
    handle = runner.handle

    async def listen(envelope: Envelope) -> object:
        heard.append(envelope)
        return await handle(envelope)

    await transport.consume("catalog.upload.parsed.v1", listen)  # type: ignore[arg-type]
    await transport.work()
    return heard


async def parse(_: UploadSubmitted) -> Sequence[Event]:
    return [PARSED]


async def test_what_a_handler_returns_is_said_with_the_same_correlation() -> None:
    transport, runner = await listening(parse)
    await runner.publish(SUBMITTED, id=uuid4(), correlation_id=UPLOAD)
    (heard,) = await heard_by_catalog(transport)
    assert heard.type == "upload.parsed.v1"
    assert heard.correlation_id == UPLOAD


async def test_a_redelivery_repeats_the_same_ids() -> None:
    transport, runner = await listening(parse)
    cause = uuid4()
    await runner.publish(SUBMITTED, id=cause)
    await runner.publish(SUBMITTED, id=cause)
    first, second = await heard_by_catalog(transport)
    assert first.id == second.id


async def test_two_effects_of_one_kind_have_two_ids() -> None:
    async def parse_twice(_: UploadSubmitted) -> Sequence[Event]:
        return [PARSED, PARSED]

    transport, runner = await listening(parse_twice)
    await runner.publish(SUBMITTED, id=uuid4())
    assert len({heard.id for heard in await heard_by_catalog(transport)}) == 2


async def test_a_fault_that_passes_is_retried_until_it_has() -> None:
    tries = 0

    async def parse_at_last(_: UploadSubmitted) -> Sequence[Event]:
        nonlocal tries
        tries += 1
        if tries <= len(DELAYS):
            raise ConnectionError("the store is away")
        return [PARSED]

    transport, runner = await listening(parse_at_last)
    await runner.publish(SUBMITTED, id=uuid4())
    assert len(await heard_by_catalog(transport)) == 1
    assert tries == len(DELAYS) + 1
    assert await transport.dead_letters() == []


async def test_a_fault_that_stays_ends_among_the_dead_letters() -> None:
    tries = 0

    async def fail(_: UploadSubmitted) -> Sequence[Event]:
        nonlocal tries
        tries += 1
        raise ConnectionError("the store is away")

    transport, runner = await listening(fail)
    await runner.publish(SUBMITTED, id=uuid4())
    await transport.work()
    (letter,) = await transport.dead_letters()
    assert tries == len(DELAYS) + 1
    assert letter.queue == "ingest.upload.submitted.v1"
    assert letter.reason == "ConnectionError: the store is away"


async def test_a_bad_message_goes_to_the_dead_letters_at_once() -> None:
    transport, _ = await listening(parse)
    good = Envelope.of(SUBMITTED, id=uuid4())
    bad = Envelope(
        id=good.id,
        correlation_id=good.id,
        type=good.type,
        routing_key=good.routing_key,
        body=b'{"frame": 7}',
        timestamp=good.timestamp,
    )
    await transport.publish(bad)
    await transport.work()
    (letter,) = await transport.dead_letters()
    assert letter.envelope.attempt == 0
    assert letter.reason.startswith("unreadable")


async def test_an_event_the_service_does_not_say_is_not_said() -> None:
    async def reject(event: UploadSubmitted) -> Sequence[Event]:
        refusal = RequestRefused(request_id=event.frame.upload_id, message="no")
        return [PARSED, refusal]

    transport, runner = await listening(reject)
    await runner.publish(SUBMITTED, id=uuid4())
    assert await heard_by_catalog(transport) == []
    (letter,) = await transport.dead_letters()
    assert "ingest does not say request.refused.v1" in letter.reason


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


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.key)
def test_a_routing_key_begins_with_the_events_key(event: Event) -> None:
    assert event.routing_key().startswith(event.key)


def test_a_stored_observation_is_bound_by_survey_and_band() -> None:
    assert recorded().routing_key() == "observation.recorded.v1.APASS.r"


def test_a_dry_run_stays_out_of_the_public_product() -> None:
    assert recorded(stored=False).routing_key() == "observation.recorded.v1"


async def test_a_service_is_not_ready_before_it_listens() -> None:
    service = Service(name="ingest", hears={UploadSubmitted: parse})
    runner = Runner(service, MemoryTransport(), DELAYS)
    assert await runner.troubles() == ["it is not started yet"]
    await runner.start()
    assert await runner.troubles() == []


async def test_a_service_is_not_ready_while_its_store_is_away() -> None:
    async def away() -> bool:
        return False

    service = Service(name="ingest", hears={UploadSubmitted: parse}, ready=away)
    runner = Runner(service, MemoryTransport(), DELAYS)
    await runner.start()
    assert await runner.troubles() == ["its store is out of reach"]


class Store:
    """A store that is away for some seconds of a clock that only it moves."""

    def __init__(self, away: float) -> None:
        self.away = away
        self.now = 0.0
        self.tries = 0

    async def pause(self, seconds: float) -> None:
        self.now += seconds

    async def parse(self, _: UploadSubmitted) -> Sequence[Event]:
        self.tries += 1
        if self.now < self.away:
            raise ConnectionError("away")
        return [PARSED]

    def listening(self) -> tuple[MemoryTransport, Runner]:
        service = Service(
            name="ingest",
            hears={UploadSubmitted: self.parse},
            away=lambda fault: isinstance(fault, ConnectionError),
        )
        transport = MemoryTransport()
        return transport, Runner(service, transport, DELAYS, self.pause)


@pytest.mark.parametrize("seconds", [0.2, 150, 600, 4000])
async def test_an_outage_of_the_store_outlasts_every_retry(seconds: float) -> None:
    store = Store(away=seconds)
    transport, runner = store.listening()
    await runner.start()
    await runner.publish(SUBMITTED, id=uuid4())
    (heard,) = await heard_by_catalog(transport)
    assert heard.type == "upload.parsed.v1"
    assert await transport.dead_letters() == []
    assert seconds <= store.now < seconds + 6


async def test_a_message_goes_round_before_the_broker_takes_it_back() -> None:
    store = Store(away=4000)
    _, runner = store.listening()
    await runner.start()
    envelope = Envelope.of(SUBMITTED, id=uuid4())
    outcome = await runner.handle(envelope)
    assert getattr(outcome, "counted", None) is False
    assert store.now < 700


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
    crowded = STARS.model_copy(update={"mag": bytes(LARGEST_MESSAGE)})

    async def parse_a_crowd(_: UploadSubmitted) -> Sequence[Event]:
        return [PARSED.model_copy(update={"stars": crowded})]

    transport, runner = await listening(parse_a_crowd)
    await runner.publish(SUBMITTED, id=uuid4())
    await transport.work()
    (letter,) = await transport.dead_letters()
    assert letter.reason.startswith("too large: ")


async def test_a_service_that_does_not_get_on_with_a_message_is_not_ready() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def dawdle(_: UploadSubmitted) -> Sequence[Event]:
        begun.set()
        await go_on.wait()
        return []

    service = Service(name="ingest", hears={UploadSubmitted: dawdle}, longest=0.0)
    runner = Runner(service, MemoryTransport(), DELAYS)
    await runner.start()
    working = asyncio.create_task(runner.handle(Envelope.of(SUBMITTED, id=uuid4())))
    await begun.wait()
    (trouble,) = await runner.troubles()
    assert trouble.startswith("a message is in hand for ")
    assert trouble.endswith(" s: upload.submitted.v1")
    go_on.set()
    await working
    assert await runner.troubles() == []
