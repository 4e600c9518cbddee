"""A store that is away costs no message, however long."""

from collections.abc import Sequence
from functools import partial
from uuid import uuid4

import pytest

from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.messaging.memory import MemoryTransport
from shared.messaging.runner import Runner
from shared.messaging.service import Caused, First, Handler, Service
from shared.messaging.transport import Envelope
from tests.support.runners import DELAYS, PARSED, SUBMITTED, heard_by_catalog


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

    def listening(
        self, handler: Handler | None = None
    ) -> tuple[MemoryTransport, Runner]:
        service = Service(
            name="ingest",
            hears={UploadSubmitted: handler or self.parse},
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


async def test_what_was_said_first_is_not_said_again_in_an_outage() -> None:
    store, handled = Store(away=150), 0

    async def first(event: UploadSubmitted) -> Caused:
        nonlocal handled
        handled += 1
        return First([PARSED], partial(store.parse, event))

    transport, runner = store.listening(first)
    await runner.start()
    await runner.publish(SUBMITTED, id=uuid4())
    said, then = await heard_by_catalog(transport)
    assert said.id != then.id
    assert handled == 1
    assert store.tries > 1
