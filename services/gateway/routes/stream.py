"""Answers that go on: server-sent events."""

from aiohttp import web

__all__ = ["event_stream"]


async def event_stream(request: web.Request) -> web.StreamResponse:
    """Begin an answer that goes on."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = web.StreamResponse(headers=headers)
    stream.content_type = "text/event-stream"
    await stream.prepare(request)
    await stream.write(b": hello\n\n")
    return stream
