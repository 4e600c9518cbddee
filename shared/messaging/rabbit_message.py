"""An envelope as an AMQP message, and back."""

from datetime import UTC, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage, HeadersType

from shared.messaging.transport import Envelope
from shared.messaging.wire import content_type_of

__all__ = [
    "DIED_IN",
    "deliveries_of",
    "envelope_of",
    "message_of",
    "queue_of",
    "reason_of",
]

_ATTEMPT = "cpcs-attempt"
_REASON = "cpcs-reason"
_DELIVERIES = "x-delivery-count"
DIED_IN = "cpcs-queue"
"""Header with the routing key that a message had before it was moved."""


def message_of(envelope: Envelope, reason: str | None = None) -> Message:
    """Return the message that carries an envelope, with why it failed, if so."""
    headers: HeadersType = {}
    if reason is not None:
        headers = {_ATTEMPT: envelope.attempt, _REASON: reason[:2000]}
    return Message(
        envelope.body,
        content_type=content_type_of(envelope.body),
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=str(envelope.id),
        correlation_id=str(envelope.correlation_id),
        type=envelope.type,
        timestamp=envelope.timestamp,
        headers=headers,
    )


def envelope_of(message: AbstractIncomingMessage) -> Envelope:
    """Return the envelope in a message, even in one that a stranger sent."""
    id_ = _uuid(message.message_id) or uuid5(NAMESPACE_OID, message.body.hex())
    attempt = message.headers.get(_ATTEMPT, 0)
    return Envelope(
        id=id_,
        correlation_id=_uuid(message.correlation_id) or id_,
        type=message.type or "",
        routing_key=message.routing_key or "",
        body=message.body,
        timestamp=message.timestamp or datetime.now(UTC),
        attempt=attempt if isinstance(attempt, int) else 0,
    )


def deliveries_of(message: AbstractIncomingMessage) -> int:
    """Return how often a message was delivered before, without an answer."""
    count = message.headers.get(_DELIVERIES, 0)
    return count if isinstance(count, int) else 0


def queue_of(message: AbstractIncomingMessage) -> str:
    """Return in which queue a dead letter died, though it was moved since."""
    return str(message.headers.get(DIED_IN) or message.routing_key or "")


def reason_of(message: AbstractIncomingMessage) -> str:
    """Return why a message is a dead letter."""
    return str(message.headers.get(_REASON, "delivered too often without an answer"))


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
