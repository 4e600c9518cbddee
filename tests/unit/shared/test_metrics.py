"""What Prometheus is told of a process's messages."""

from collections.abc import Iterator, Sequence
from uuid import uuid4

from prometheus_client import REGISTRY

from shared.contracts.base import Event
from shared.contracts.gateway import UploadSubmitted
from shared.messaging.transport import Envelope
from tests.support.runners import PARSED, SUBMITTED, listening


def count(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_messages_are_counted_by_what_became_of_them() -> None:
    away, never = OSError("away"), ValueError("never")
    fates: Iterator[list[Event] | Exception] = iter(
        [[PARSED], away, [PARSED], never, never]
    )

    async def handler(_: UploadSubmitted) -> Sequence[Event]:
        fate = next(fates)
        if isinstance(fate, Exception):
            raise fate
        return fate

    key, parsed = UploadSubmitted.key, "upload.parsed.v1"
    outcomes = ("handled", "retried", "dead")

    def counts() -> list[float]:
        told = [
            count("cpcs_events_handled_total", event=key, outcome=one)
            for one in outcomes
        ]
        return [*told, count("cpcs_events_said_total", event=parsed)]

    before = counts()
    timed = count("cpcs_event_seconds_count", event=key)
    transport, _ = await listening(handler)
    for _ in range(3):
        await transport.publish(Envelope.of(SUBMITTED, id=uuid4()))
    await transport.work()
    changed = [now - then for now, then in zip(counts(), before, strict=True)]
    assert changed == [2, 2, 1, 2]
    assert count("cpcs_event_seconds_count", event=key) - timed == 5
    assert count("cpcs_messages_in_hand") == 0
