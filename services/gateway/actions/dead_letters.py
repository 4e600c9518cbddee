"""Messages that nobody could handle: sent back to where they died, or forgotten."""

from uuid import UUID

from services.gateway.web.desk import Desk

__all__ = ["drop", "replay"]


async def replay(desk: Desk, message: UUID) -> int:
    """Send dead letters of an id back; their jobs wait again. Return how many."""
    async with desk.broker() as broker:
        letters = await broker.dead_letters()
        count = await broker.replay(message)
    for letter in letters:
        if letter.envelope.id == message:
            await desk.stores.jobs.revive(letter.envelope.correlation_id)
    return count


async def drop(desk: Desk, message: UUID) -> int:
    """Forget dead letters of an id; return how many there were."""
    async with desk.broker() as broker:
        return await broker.drop(message)
