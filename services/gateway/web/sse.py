"""Server-sent events: an answer that goes on."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from aiohttp import web

__all__ = ["BEAT", "STILL_HERE", "event", "event_stream"]

_log = structlog.get_logger()
BEAT = 45.0
"""[s] of quiet after which a stream says that it is still there."""
STILL_HERE = ": still here\n\n"
"""What nobody needs to hear, but keeps a connection open."""


def event(kind: str, text: str, id: str = "") -> str:
    """Return an event of a kind as it goes over the wire, each line of text marked."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return (f"id: {id}\n" if id else "") + f"event: {kind}\n{lines}\n"


async def event_stream(
    request: web.Request, pieces: AsyncGenerator[str, None]
) -> web.StreamResponse:
    """Send pieces as they come; a fault ends the stream as any stream ends.

    The answer has begun by then: there is no second one, and who listens comes again.
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = web.StreamResponse(headers=headers)
    stream.content_type = "text/event-stream"
    await stream.prepare(request)
    await stream.write(b": hello\n\n")
    async with aclosing(pieces) as told:
        try:
            async for piece in told:
                await stream.write(piece.encode())
        except ConnectionError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, the stream ends
            _log.warning("stream.ended", path=request.path, reason=repr(fault))
    return stream
