"""The alert inbox: packets of alert streams, what became of them, and why."""

import base64
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import get_args
from urllib.parse import urlencode

import aiohttp_jinja2
from aiohttp import web

from services.gateway.actions import packets
from services.gateway.domain.fields import required
from services.gateway.pages.targets import tell_target
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import root
from services.gateway.web.respond import page
from services.gateway.web.sse import BEAT, STILL_HERE, event, event_stream
from shared.contracts.alerts import DecisionKind, PacketDecided

__all__ = [
    "alert_inbox",
    "inbox_live",
    "packet_page",
    "promote",
    "raw_packet",
    "submit_packet",
]

_ROWS = 50
_NUMBER = re.compile(r"[0-9]{1,12}")
_KINDS = get_args(DecisionKind)
_FILTERS = ("kind", "stream")


async def alert_inbox(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List the packets of alert streams with their decisions, the last first."""
    kept = {name: form.fields.get(name, "")[:60] for name in _FILTERS}
    before = form.fields.get("before", "")
    number = int(before) if _NUMBER.fullmatch(before) else 0
    inbox = request.app[DESK].stores.packets
    found = await inbox.page(_ROWS, before=number or None, **kept)
    more = kept | {"before": found[-1].number} if len(found) == _ROWS else {}
    return await page(
        request,
        observer,
        "alert_inbox.html",
        packets=found,
        kinds=_KINDS,
        given=kept,
        following=urlencode(more),
    )


async def inbox_live(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.StreamResponse:
    """Stream new rows of the alert inbox, as pieces of its page."""
    return await event_stream(request, _new_rows(request))


async def _new_rows(request: web.Request) -> AsyncGenerator[str, None]:
    happenings = request.app[DESK].stores.feed.follow(None, None, BEAT)
    async with aclosing(happenings) as heard:
        async for one in heard:
            if one is None:
                yield STILL_HERE
            elif one.kind == "packet":
                packet = PacketDecided.model_validate(one.content)
                content = {"packet": packet, "root": root(request)}
                text = aiohttp_jinja2.render_string("packet_row.html", request, content)
                yield event("packet", text)


async def packet_page(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show a packet as it came, and what became of it."""
    packet = await _named_packet(request)
    text = base64.b64decode(packet.content).decode("utf-8", errors="replace")
    view = request.app[DESK].stores.view
    alert = None if packet.alert_id is None else await view.alert(packet.alert_id)
    return await page(
        request, observer, "packet.html", packet=packet, text=text, alert=alert
    )


async def raw_packet(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Return a packet as it came, byte for byte."""
    packet = await _named_packet(request)
    return web.Response(
        body=base64.b64decode(packet.content),
        content_type="application/octet-stream",
        headers={"Content-Disposition": 'attachment; filename="packet.xml"'},
    )


async def _named_packet(request: web.Request) -> PacketDecided:
    number = request.match_info["packet"]
    return await packets.known_packet(request.app[DESK], number)


async def submit_packet(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Send a packet (VOEvent or JSON notice) to the alert inbox."""
    desk = request.app[DESK]
    decided = await packets.submit_packet(desk, observer, form.content)
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


async def promote(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Make a target of a packet, whatever the rules say."""
    packet = required(form.fields, "packet")
    job = await packets.promote(request.app[DESK], observer, packet)
    under_way = "The target is being made."
    return await tell_target(request, observer, form, job, under_way)
