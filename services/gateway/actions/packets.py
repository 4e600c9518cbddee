"""Packets of alert streams: sent by people, and made targets whatever the rules say."""

from uuid import uuid4

from services.gateway.actions.jobs import ask
from services.gateway.domain.refusal import RefusalError
from services.gateway.store.job import Job
from services.gateway.store.observers import KnownObserver
from services.gateway.web.desk import Desk
from shared.contracts.alerts import PacketDecided
from shared.contracts.gateway import PacketSubmitted, PromotionRequested

__all__ = ["known_packet", "promote", "submit_packet"]


async def known_packet(desk: Desk, packet: str) -> PacketDecided:
    """Return a packet by the SHA-256 of its bytes.

    Raises
    ------
    RefusalError
        There is none.
    """
    found = await desk.stores.packets.find(packet)
    if found is None:
        raise RefusalError(404, "There is no such packet.")
    return found


async def submit_packet(
    desk: Desk, observer: KnownObserver, content: bytes
) -> PacketDecided | None:
    """Take a packet; return its decision, if it is there in time.

    Raises
    ------
    RefusalError
        There is no packet.
    """
    if not content:
        raise RefusalError(400, "Send the packet as the body, or in the field packet.")
    async with desk.keeping.taken():
        blob = await desk.blobs.put(content)
    event = PacketSubmitted(request_id=uuid4(), blob=blob, observer=observer.as_told())
    job = await ask(desk, event.request_id, observer.id, event)
    return job.answer if isinstance(job.answer, PacketDecided) else None


async def promote(desk: Desk, observer: KnownObserver, packet: str) -> Job:
    """Make a target of a packet.

    Raises
    ------
    RefusalError
        There is no such packet, or it can be no target.
    """
    await known_packet(desk, packet)
    event = PromotionRequested(
        request_id=uuid4(), packet=packet, observer=observer.as_told()
    )
    return await ask(desk, event.request_id, observer.id, event)
