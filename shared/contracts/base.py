"""The base of every event and of every value an event carries."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

__all__ = ["Contract", "Event"]


class Contract(BaseModel):
    """A part of the wire contract: immutable, and tolerant of unknown fields."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Event(Contract):
    """Something that happened, told in the past tense by one speaker.

    Attributes
    ----------
    key
        Name and version on the wire, ``noun.verb.v1``. A change that an old
        reader cannot understand gets a new key; the old one is never edited.
    """

    key: ClassVar[str]

    def routing_key(self) -> str:
        """Return the AMQP routing key: the event's key, sometimes more specific."""
        return self.key
