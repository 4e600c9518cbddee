"""``/api/v1/packets``: the alert inbox."""

from aiohttp import web

from services.gateway.actions.packets import known_packet, submit_packet
from services.gateway.api.models import PacketPage, PacketShown
from services.gateway.api.orders import PacketQuery
from services.gateway.api.query import answer, query_of
from services.gateway.store.observers import KnownObserver
from services.gateway.web.form import Form
from services.gateway.web.keys import DESK
from services.gateway.web.paths import address
from shared.contracts.alerts import PacketDecided

__all__ = ["add_packet", "packet", "packet_shown", "packets"]


def packet_shown(request: web.Request, found: PacketDecided) -> PacketShown:
    """Return a packet with its addresses."""
    here = address(request)
    fields = found.model_dump(exclude={"content", "request_id", "revision"})
    page = f"{here}/packet/{found.packet}"
    return PacketShown(**fields, page=page, raw=f"{page}/raw")


async def packets(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """List the packets of alert streams with their decisions, the last first."""
    query = query_of(form, PacketQuery)
    found = await request.app[DESK].stores.packets.page(
        query.limit, kind=query.kind, stream=query.stream, before=query.before
    )
    following = None
    if len(found) == query.limit:
        more = request.rel_url.update_query(before=str(found[-1].number))
        following = f"{address(request)}/api/v1/packets?{more.query_string}"
    shown = [packet_shown(request, one) for one in found]
    return answer(PacketPage(packets=shown, next=following))


async def packet(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Show what became of a packet, and why."""
    found = await known_packet(request.app[DESK], request.match_info["packet"])
    return answer(packet_shown(request, found))


async def add_packet(
    request: web.Request, observer: KnownObserver, form: Form
) -> web.Response:
    """Send a packet: a VOEvent or a JSON notice, as the body."""
    decided = await submit_packet(request.app[DESK], observer, form.content)
    if decided is None:
        return web.Response(status=202)
    return answer(packet_shown(request, decided), status=201)
