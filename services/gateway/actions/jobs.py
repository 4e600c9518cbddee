"""Asks the other services something, and waits for the event that answers."""

import asyncio
from uuid import UUID

from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.web.desk import Desk
from shared.contracts.base import Event

__all__ = ["ask", "submit"]

_MISSING = 404
_UNPROCESSABLE = 422
_UNAVAILABLE = 503


async def submit(desk: Desk, job: UUID, observer_id: int, event: Event) -> None:
    """Say an event, kept as a job, and do not wait for its answer.

    Raises
    ------
    RefusalError
        The broker cannot be reached.
    """
    jobs = desk.stores.jobs
    try:
        async with asyncio.timeout(desk.settings.publish_timeout):
            await jobs.submit(job, observer_id, event, desk.publish)
    except TimeoutError as fault:
        sentence = "The server cannot take this now: try again in a minute."
        await jobs.refuse(job, sentence, "")
        raise RefusalError(_UNAVAILABLE, sentence, wait=60) from fault


async def ask(
    desk: Desk,
    job: UUID,
    observer_id: int,
    event: Event,
    patience: float | None = None,
) -> Job:
    """Say an event; return its job, ended or still waiting after the time limit.

    ``patience`` is a shorter time limit [s] than the usual one.

    Raises
    ------
    RefusalError
        The answer is no, or the broker cannot be reached.
    """
    await submit(desk, job, observer_id, event)
    within = patience or desk.settings.answer_timeout
    ended = await desk.stores.jobs.ended(job, within)
    if ended is None:
        raise RefusalError(_UNAVAILABLE, "The request was lost: send it again.")
    if ended.state == "refused":
        raise RefusalError(_status(ended), ended.message, ended.hint, str(job))
    return ended


def _status(refused: Job) -> int:
    if refused.stalled:
        return _UNAVAILABLE
    return _MISSING if refused.missing else _UNPROCESSABLE
