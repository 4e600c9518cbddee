"""``/api/v1/packets``: the alert inbox."""

from aiohttp import web

from services.gateway.routes.api.asked import answer, asked
from services.gateway.routes.api.models import PacketPage, PacketShown
from services.gateway.routes.api.orders import PacketQuery
from services.gateway.routes.desk import DESK
from services.gateway.routes.packets import asked_packet, submitted_packet
from services.gateway.routes.respond import address
from shared.contracts.alerts import PacketDecided

__all__ = ["add_packet", "packet", "packet_shown", "packets"]


def packet_shown(request: web.Request, found: PacketDecided) -> PacketShown:
    """Return a packet with its addresses."""
    here = address(request)
    fields = found.model_dump(exclude={"content", "request_id", "revision"})
    page = f"{here}/packet/{found.packet}"
    return PacketShown(**fields, page=page, raw=f"{page}/raw")


async def packets(request: web.Request) -> web.Response:
    """List the packets of alert streams with their decisions, the last first."""
    query = asked(request, PacketQuery)
    found = await request.app[DESK].packets.page(
        query.limit, kind=query.kind, stream=query.stream, before=query.before
    )
    following = None
    if len(found) == query.limit:
        more = request.rel_url.update_query(before=str(found[-1].number))
        following = f"{address(request)}/api/v1/packets?{more.query_string}"
    shown = [packet_shown(request, one) for one in found]
    return answer(PacketPage(packets=shown, next=following))


async def packet(request: web.Request) -> web.Response:
    """Show what became of a packet, and why."""
    return answer(packet_shown(request, await asked_packet(request)))


async def add_packet(request: web.Request) -> web.Response:
    """Send a packet: a VOEvent or a JSON notice, as the body."""
    decided = await submitted_packet(request)
    if decided is None:
        return web.Response(status=202)
    return answer(packet_shown(request, decided), status=201)
