"""A job as it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

__all__ = ["Job", "State", "job_of"]

State = Literal["waiting", "done", "refused"]
_STAGES = ("parsed", "matched", "solved", "stored")


@dataclass(frozen=True)
class Job:
    """One request of one person.

    Attributes
    ----------
    request
        The event that asks for it, as JSON.
    answer
        The event that answered it, as JSON; empty while it waits.
    message, hint
        Why it was refused.
    submitted
        When it was asked, UTC.
    stages
        Name, a few words and time (UTC) of each stage an upload has reached.
    """

    id: UUID
    request: dict[str, Any]
    state: State
    answer: dict[str, Any]
    message: str
    hint: str
    observer_id: int
    submitted: datetime
    stages: tuple[tuple[str, str, datetime], ...] = ()


def job_of(found: dict[str, Any]) -> Job:
    """Return a job out of its document."""
    return Job(
        id=UUID(found["_id"]),
        request=found["request"],
        state=found["state"],
        answer=found["answer"],
        message=found["message"],
        hint=found["hint"],
        observer_id=found["observer_id"],
        submitted=found["submitted"],
        stages=_stages(found.get("stages", {})),
    )


def _stages(kept: dict[str, Any]) -> tuple[tuple[str, str, datetime], ...]:
    told = [(name, stage["about"], stage["at"]) for name, stage in kept.items()]
    return tuple(sorted(told, key=lambda stage: _STAGES.index(stage[0])))
