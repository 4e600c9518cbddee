"""Server-sent events: what happens to a job, to a target and to all of them."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from aiohttp import web

from services.gateway.domain.happening import Happening
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.api.packets import packet_shown
from services.gateway.routes.api.shown import (
    job_shown,
    observation_shown,
    target_shown,
)
from services.gateway.routes.api.targets import named_target
from services.gateway.routes.desk import DESK
from services.gateway.routes.stream import event_stream
from shared.contracts.alerts import Alert, ObservationRecorded, PacketDecided

__all__ = ["all_events", "job_events", "target_events"]

_BEAT = 15.0


async def job_events(request: web.Request) -> web.StreamResponse:
    """Stream a job at every stage it reaches, until it has ended."""
    number = UUID(request.match_info["job"])
    jobs = request.app[DESK].jobs
    if await jobs.find(number) is None:
        raise RefusalError(404, "There is no such job.")
    stream = await event_stream(request)
    async with aclosing(jobs.follow(number)) as changes:
        async for found in changes:
            shown = job_shown(request, found)
            told = f"event: job\ndata: {shown.model_dump_json()}\n\n"
            await stream.write(told.encode())
    return stream


async def target_events(request: web.Request) -> web.StreamResponse:
    """Stream what happens to a target; ``Last-Event-ID`` replays a day."""
    return await _followed(request, (await named_target(request)).id)


async def all_events(request: web.Request) -> web.StreamResponse:
    """Stream what happens to every target; ``Last-Event-ID`` replays a day."""
    return await _followed(request, None)


async def _followed(request: web.Request, alert_id: int | None) -> web.StreamResponse:
    last = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
    feed = request.app[DESK].feed
    stream = await event_stream(request)
    happenings: AsyncGenerator[Happening | None, None] = feed.follow(
        alert_id, last, _BEAT
    )
    async with aclosing(happenings) as heard:
        async for happening in heard:
            told = (
                ": still here\n\n" if happening is None else _told(request, happening)
            )
            await stream.write(told.encode())
    return stream


def _told(request: web.Request, happening: Happening | None) -> str:
    if happening is None:
        return ": still here\n\n"
    content = happening.content
    if happening.kind == "observation":
        point = ObservationRecorded.model_validate(content)
        text = observation_shown(point).model_dump_json()
    elif happening.kind == "target":
        alert = Alert.model_validate(content)
        text = target_shown(request, alert, 0).model_dump_json()
    elif happening.kind == "packet":
        decided = PacketDecided.model_validate(content)
        text = packet_shown(request, decided).model_dump_json()
    else:
        text = json.dumps({"id": content["observation_id"]})
    return f"id: {happening.id}\nevent: {happening.kind}\ndata: {text}\n\n"
