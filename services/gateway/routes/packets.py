"""The alert inbox: packets of alert streams, what became of them, and why."""

import base64
import re
from contextlib import aclosing
from typing import get_args
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp_jinja2
from aiohttp import web

from services.gateway.domain.fields import required
from services.gateway.domain.refusal import RefusalError
from services.gateway.routes.asking import ask
from services.gateway.routes.changes import told
from services.gateway.routes.desk import DESK
from services.gateway.routes.guard import admitted
from services.gateway.routes.respond import page, root
from services.gateway.routes.stream import event_stream
from shared.contracts.alerts import DecisionKind, PacketDecided
from shared.contracts.gateway import PacketSubmitted, PromotionRequested

__all__ = [
    "alert_inbox",
    "asked_packet",
    "inbox_live",
    "packet_page",
    "promote",
    "raw_packet",
    "submit_packet",
    "submitted_packet",
]

_ROWS = 50
_NUMBER = re.compile(r"[0-9]{1,12}")
_BEAT = 15.0
_KINDS = get_args(DecisionKind)
_FILTERS = ("kind", "stream")


async def alert_inbox(request: web.Request) -> web.Response:
    """List the packets of alert streams with their decisions, the last first."""
    kept = {name: request.query.get(name, "")[:60] for name in _FILTERS}
    before = request.query.get("before", "")
    number = int(before) if _NUMBER.fullmatch(before) else 0
    found = await request.app[DESK].packets.page(_ROWS, before=number or None, **kept)
    more = kept | {"before": found[-1].number} if len(found) == _ROWS else {}
    return await page(
        request,
        "alert_inbox.html",
        packets=found,
        kinds=_KINDS,
        given=kept,
        following=urlencode(more),
    )


async def inbox_live(request: web.Request) -> web.StreamResponse:
    """Stream new rows of the alert inbox, as pieces of its page."""
    stream = await event_stream(request)
    happenings = request.app[DESK].feed.follow(None, None, _BEAT)
    async with aclosing(happenings) as heard:
        async for one in heard:
            if one is None:
                await stream.write(b": still here\n\n")
            elif one.kind == "packet":
                content = {
                    "packet": PacketDecided.model_validate(one.content),
                    "root": root(request),
                }
                text = aiohttp_jinja2.render_string("packet_row.html", request, content)
                lines = "".join(f"data: {line}\n" for line in text.splitlines())
                await stream.write(f"event: packet\n{lines}\n".encode())
    return stream


async def packet_page(request: web.Request) -> web.Response:
    """Show a packet as it came, and what became of it."""
    packet = await asked_packet(request)
    text = base64.b64decode(packet.content).decode("utf-8", errors="replace")
    alert = None
    if packet.alert_id is not None:
        alert = await request.app[DESK].view.alert(packet.alert_id)
    return await page(request, "packet.html", packet=packet, text=text, alert=alert)


async def raw_packet(request: web.Request) -> web.Response:
    """Return a packet as it came, byte for byte."""
    packet = await asked_packet(request)
    return web.Response(
        body=base64.b64decode(packet.content),
        content_type="application/octet-stream",
        headers={"Content-Disposition": 'attachment; filename="packet.xml"'},
    )


async def asked_packet(request: web.Request) -> PacketDecided:
    """Return the packet that the path names.

    Raises
    ------
    RefusalError
        There is none.
    """
    found = await request.app[DESK].packets.find(request.match_info["packet"])
    if found is None:
        raise RefusalError(404, "There is no such packet.")
    return found


async def submitted_packet(request: web.Request) -> PacketDecided | None:
    """Take a packet out of a request; return its decision, if it is there in time.

    Raises
    ------
    RefusalError
        There is no packet in the request, or nobody who may send one.
    """
    observer, form = await admitted(request)
    if not form.content:
        raise RefusalError(400, "Send the packet as the body, or in the field packet.")
    blob = await request.app[DESK].blobs.put(form.content)
    event = PacketSubmitted(request_id=uuid4(), blob=blob, observer=observer.as_told())
    job = await ask(request, event.request_id, observer.id, event)
    return None if job.state == "waiting" else PacketDecided.model_validate(job.answer)


async def submit_packet(request: web.Request) -> web.Response:
    """Send a packet (VOEvent or JSON notice) to the alert inbox."""
    decided = await submitted_packet(request)
    if decided is None:
        return web.json_response({"message": "The packet is kept."}, status=202)
    answer = {
        "message": f"{decided.kind}: {decided.reason}",
        "packet": decided.packet,
        "kind": decided.kind,
        "reason": decided.reason,
        "alert_id": decided.alert_id,
    }
    return web.json_response(answer)


async def promote(request: web.Request) -> web.Response:
    """Make a target of a packet, whatever the rules say."""
    observer, form = await admitted(request)
    packet = required(form.fields, "packet")
    if await request.app[DESK].packets.find(packet) is None:
        raise RefusalError(404, "There is no such packet.")
    event = PromotionRequested(
        request_id=uuid4(), packet=packet, observer=observer.as_told()
    )
    job = await ask(request, event.request_id, observer.id, event)
    if job.state == "waiting":
        return await told(request, job, "The target is being made.")
    alert = job.answer["alert"]
    sentence = f"{alert['ivorn']} is target {alert['id']}."
    return await told(request, job, sentence, id=alert["id"], ivorn=alert["ivorn"])
