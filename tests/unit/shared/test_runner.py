"""A runner: what is heard, what is said, when it is ready."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from shared.contracts.alerts import RequestRefused
from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.messaging.memory import MemoryTransport
from shared.messaging.runner import Runner
from shared.messaging.service import Caused, First, Service
from shared.messaging.transport import Envelope
from tests.support.builders import UPLOAD, recorded
from tests.support.every_event import every_event
from tests.support.runners import (
    DELAYS,
    PARSED,
    SUBMITTED,
    heard_by_catalog,
    listening,
    parse,
)


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


async def test_what_comes_first_is_said_before_the_rest_is_done() -> None:
    heard: list[int] = []

    async def parse_first(_: UploadSubmitted) -> Caused:
        async def then() -> Sequence[Event]:
            heard.append(len(await heard_by_catalog(transport)))
            return [PARSED]

        return First([PARSED], then)

    transport, runner = await listening(parse_first)
    await runner.publish(SUBMITTED, id=uuid4())
    await transport.work()
    assert heard == [1]


async def test_what_is_said_afterwards_has_ids_of_its_own_and_always_the_same() -> None:
    async def then() -> Sequence[Event]:
        return [PARSED]

    async def parse_first(_: UploadSubmitted) -> Caused:
        return First([PARSED], then)

    transport, runner = await listening(parse_first)
    cause = uuid4()
    for _ in range(2):
        await runner.publish(SUBMITTED, id=cause)
    ids = [heard.id for heard in await heard_by_catalog(transport)]
    assert len(ids) == 4
    assert len(set(ids)) == 2


async def test_where_the_rest_fails_all_is_done_again() -> None:
    tries = 0

    async def then() -> Sequence[Event]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError("the store is away")
        return []

    async def parse_first(_: UploadSubmitted) -> Caused:
        return First([PARSED], then)

    transport, runner = await listening(parse_first)
    await runner.publish(SUBMITTED, id=uuid4())
    ids = [heard.id for heard in await heard_by_catalog(transport)]
    assert tries == 2
    assert ids == [ids[0]] * 2


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
