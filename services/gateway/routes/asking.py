"""Asks the other services something, and waits for the event that answers."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.desk import DESK
from shared.contracts.base import Event

if TYPE_CHECKING:
    from services.gateway.store.job import Job

__all__ = ["ask", "submit"]

_UNPROCESSABLE = 422
_UNAVAILABLE = 503


async def submit(
    request: web.Request, job: UUID, observer_id: int, event: Event
) -> None:
    """Say an event, kept as a job, and do not wait for its answer.

    Raises
    ------
    RefusalError
        The broker cannot be reached.
    """
    desk = request.app[DESK]
    try:
        async with asyncio.timeout(desk.settings.publish_timeout):
            await desk.jobs.submit(job, observer_id, event, desk.publish)
    except TimeoutError as fault:
        sentence = "The server cannot take this now: try again in a minute."
        await desk.jobs.refuse(job, sentence, "")
        raise RefusalError(_UNAVAILABLE, sentence, wait=60) from fault


async def ask(request: web.Request, job: UUID, observer_id: int, event: Event) -> "Job":
    """Say an event; return its job, ended or still waiting after the time limit.

    Raises
    ------
    RefusalError
        The answer is no, or the broker cannot be reached.
    """
    desk = request.app[DESK]
    await submit(request, job, observer_id, event)
    ended = await desk.jobs.ended(job, desk.settings.answer_timeout)
    if ended is None:
        raise RefusalError(_UNAVAILABLE, "The request was lost: send it again.")
    if ended.state == "refused":
        raise RefusalError(_UNPROCESSABLE, ended.message, ended.hint, str(job))
    return ended
