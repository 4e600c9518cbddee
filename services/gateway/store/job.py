"""A job as it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shared.contracts.base import Event
from shared.contracts.gateway import ImageSubmitted
from shared.messaging.topology import HEARD_BY

__all__ = ["Job", "State", "event_of", "job_of", "kept_event"]

State = Literal["waiting", "done", "refused"]
_OF_A_LIST = ("parsed", "matched", "solved", "stored")
_OF_AN_IMAGE = ("charted", "measured", "matched", "solved", "stored")
_STAGES = ("charted", "measured", *_OF_A_LIST)
_EVENTS = {event.key: event for event in HEARD_BY}


@dataclass(frozen=True)
class Job:
    """One request of one person.

    Attributes
    ----------
    request
        The event that asks for it.
    answer
        The event that answered it; ``None`` while it waits, or where there is none.
    message, hint
        Why it was refused.
    submitted
        When it was asked, UTC.
    stages
        Name, a few words and time (UTC) of each stage an upload has reached.
    missing
        Whether it was refused because what it is about does not exist.
    stalled
        Whether a message of it lies among the dead letters: refused for the time
        being, and revived when the operator replays it.
    ended
        When its end was last changed, UTC.
    """

    id: UUID
    request: Event
    state: State
    answer: Event | None
    message: str
    hint: str
    observer_id: int
    submitted: datetime
    stages: tuple[tuple[str, str, datetime], ...] = ()
    missing: bool = False
    stalled: bool = False
    ended: datetime | None = None

    @classmethod
    def new(
        cls, number: UUID, request: Event, observer_id: int, submitted: datetime
    ) -> "Job":
        """Return a job that was just asked for."""
        return cls(number, request, "waiting", None, "", "", observer_id, submitted)

    @property
    def way(self) -> tuple[str, ...]:
        """The stages that an upload goes through."""
        return _OF_AN_IMAGE if isinstance(self.request, ImageSubmitted) else _OF_A_LIST


def kept_event(event: Event | None) -> dict[str, Any]:
    """Return an event as it is kept: its key, and its content as JSON."""
    if event is None:
        return {}
    return {"key": event.key, "content": event.model_dump(mode="json")}


def event_of(kept: dict[str, Any]) -> Event | None:
    """Return an event out of what is kept of it.

    Raises
    ------
    KeyError, ValidationError
        It is of a version that this one cannot read.
    """
    return _EVENTS[kept["key"]].model_validate(kept["content"]) if kept else None


def job_of(found: dict[str, Any]) -> Job:
    """Return a job out of its document."""
    request = event_of(found["request"])
    if request is None:
        raise ValueError(f"job {found['_id']} asks for nothing")
    return Job(
        id=UUID(found["_id"]),
        request=request,
        state=found["state"],
        answer=event_of(found["answer"]),
        message=found["message"],
        hint=found["hint"],
        observer_id=found["observer_id"],
        submitted=found["submitted"],
        stages=_stages(found.get("stages", {})),
        missing=found.get("missing", False),
        stalled=found.get("stalled", False),
        ended=found.get("ended"),
    )


def _stages(kept: dict[str, Any]) -> tuple[tuple[str, str, datetime], ...]:
    told = [(name, stage["about"], stage["at"]) for name, stage in kept.items()]
    return tuple(sorted(told, key=lambda stage: _STAGES.index(stage[0])))
