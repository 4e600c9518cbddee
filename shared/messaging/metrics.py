"""What is counted of the messages of a process, for Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prometheus_client import Counter, Gauge, Histogram

from shared.messaging.transport import Envelope, Failed, Handled, Outcome, RetryAfter

__all__ = ["counted", "died", "said"]

_SECONDS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0)
_AGES = (1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
"""[s] A broker tells when a message was sent to the second."""

_HANDLED = Counter(
    "cpcs_events_handled",
    "messages by what became of them: handled, retried, dead",
    ["event", "outcome"],
)
_SAID = Counter("cpcs_events_said", "events that the broker took", ["event"])
_TIME = Histogram(
    "cpcs_event_seconds",
    "from a message's arrival to its end",
    ["event"],
    buckets=_SECONDS,
)
_AGE = Histogram(
    "cpcs_event_age_seconds",
    "age of a message when it is taken",
    ["event"],
    buckets=_AGES,
)
_DEAD = Counter(
    "cpcs_dead_letters", "messages that nobody could handle, by their queue", ["queue"]
)
_IN_HAND = Gauge("cpcs_messages_in_hand", "messages in work")
_OUTCOMES = {Handled: "handled", RetryAfter: "retried", Failed: "dead"}


class Counted:
    """One message in work; its outcome is told before it ends."""

    outcome: Outcome | None = None


@contextmanager
def counted(envelope: Envelope, event: str) -> Iterator[Counted]:
    """Count a message of an event, how long it was waiting, and how long it takes."""
    age = (datetime.now(UTC) - envelope.timestamp).total_seconds()
    _AGE.labels(event).observe(max(0.0, age))
    one = Counted()
    with _IN_HAND.track_inprogress(), _TIME.labels(event).time():
        yield one
    if one.outcome is not None:
        _HANDLED.labels(event, _OUTCOMES[type(one.outcome)]).inc()


def died(queue: str) -> None:
    """Count a message that nobody could handle, however that came."""
    _DEAD.labels(queue).inc()


def said(event: str) -> None:
    """Count an event that the broker took."""
    _SAID.labels(event).inc()
