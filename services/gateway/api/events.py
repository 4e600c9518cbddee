"""Server-sent events: what happens to a job, to a target and to all of them."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web

from services.gateway.api.packets import packet_shown
from services.gateway.api.presentation import job_shown, observation_shown, target_shown
from services.gateway.api.targets import named_target
from services.gateway.api.uploads import named_job
from services.gateway.domain.happening import Happening
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.sse import BEAT, STILL_HERE, event, event_stream
from shared.contracts.alerts import Alert, ObservationRecorded, PacketDecided

__all__ = ["all_events", "job_events", "target_events"]


async def job_events(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Stream a job at every stage it reaches, until it has ended."""
    return await event_stream(request, _stages(request, await named_job(request)))


async def _stages(request: web.Request, job: Job) -> AsyncGenerator[str, None]:
    jobs = request.app[DESK].stores.jobs
    async with aclosing(jobs.follow(job.id)) as changes:
        async for found in changes:
            yield event("job", job_shown(request, found).model_dump_json())


async def target_events(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Stream what happens to a target; ``Last-Event-ID`` replays a day."""
    alert = await named_target(request)
    return await event_stream(request, _happenings(request, form, alert.id))


async def all_events(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Stream what happens to every target; ``Last-Event-ID`` replays a day."""
    return await event_stream(request, _happenings(request, form, None))


async def _happenings(
    request: web.Request, form: Form, alert_id: int | None
) -> AsyncGenerator[str, None]:
    last = request.headers.get("Last-Event-ID") or form.fields.get("last_event_id")
    feed = request.app[DESK].stores.feed
    async with aclosing(feed.follow(alert_id, last, BEAT)) as heard:
        async for one in heard:
            yield STILL_HERE if one is None else _told(request, one)


def _told(request: web.Request, happening: Happening) -> str:
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
    elif happening.kind == "network":
        text = json.dumps(content)
    else:
        text = json.dumps({"id": content["observation_id"]})
    return event(happening.kind, text, happening.id)
