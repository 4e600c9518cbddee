"""What those who watch a light curve are told."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Happening"]


@dataclass(frozen=True)
class Happening:
    """One thing: observation, deletion, target, packet, or another of a network."""

    id: str
    kind: str
    alert_id: int
    content: dict[str, Any]
