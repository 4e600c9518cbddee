"""All that a handler says, first and afterwards."""

from shared.contracts.base import Event
from shared.messaging.service import Caused, First

__all__ = ["all_of"]


async def all_of(caused: Caused) -> list[Event]:
    if isinstance(caused, First):
        return [*caused.said, *await caused.then()]
    return [*caused]
