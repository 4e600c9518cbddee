"""Stages that uploads have reached, from when that is known until it is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

__all__ = ["Reached", "Stages", "update_of"]

Reached = Mapping[str, tuple[str, datetime]]
"""A few words and the time (UTC) of each stage."""


class Stages:
    """The stages that are not kept yet, by job."""

    def __init__(self) -> None:
        self._reached: dict[UUID, dict[str, tuple[str, datetime]]] = {}

    def note(self, job: UUID, stage: str, about: str) -> None:
        """Note that a job reached a stage now; the first time counts."""
        reached = self._reached.setdefault(job, {})
        reached.setdefault(stage, (about, datetime.now(UTC)))

    def of(self, job: UUID) -> Reached:
        """Return the stages of a job that are not kept yet."""
        return dict(self._reached.get(job, {}))

    def kept(self, job: UUID, reached: Reached) -> None:
        """Let go of stages that are kept."""
        left = self._reached.get(job, {})
        for stage in reached:
            left.pop(stage, None)
        if not left:
            self._reached.pop(job, None)


def update_of(reached: Reached, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the update that keeps a change, and stages with their first times."""
    about = {f"stages.{stage}.about": told for stage, (told, _) in reached.items()}
    times = {f"stages.{stage}.at": at for stage, (_, at) in reached.items()}
    return {"$set": {**change, **about}} | ({"$min": times} if times else {})
