"""kill -9 amid a stream of packets: none is lost, none makes two targets."""

import asyncio
from collections import Counter
from contextlib import suppress

import pytest

from stack.running import Stack
from stack.visitor import Visitor
from tests.faults.conftest import SLOW
from tests.support.alerts import voevent
from tests.support.processes import BROKER, kill
from tests.support.vtp import Broker, Peer
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(400)
PACKETS = 120
GAIA = "ivo://gaia.cam.uk/alerts#"


async def last_peer(upstream: Broker) -> Peer:
    """The newest connection: earlier ones are of processes that were killed."""
    peer = await upstream.peer()
    while not upstream.peers.empty():
        peer = await upstream.peer()
    return peer


async def serve(peer: Peer, packets: dict[str, bytes], acked: set[str]) -> None:
    """Send what was not acknowledged yet, as fast as it goes; hear the answers."""

    async def hear() -> None:
        while len(acked) < len(packets):
            acked.add((await peer.answer()).origin)

    hearing = asyncio.create_task(hear())
    with suppress(ConnectionError, EOFError, TimeoutError):
        for ivorn, raw in packets.items():
            if ivorn not in acked:
                await peer.send(raw)
        await hearing
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


@pytest.mark.parametrize("victim", ["services.alerts", "secantusd-py", BROKER])
async def test_every_packet_makes_its_target_once(
    stack: Stack, observer: Visitor, upstream: Broker, victim: str
) -> None:
    part = victim[:4]
    packets = {
        f"{GAIA}{part}{n:03}": voevent(
            f"{GAIA}{part}{n:03}", ra=n / 2, dec=len(victim) - 10.0
        )
        for n in range(PACKETS)
    }
    acked: set[str] = set()
    peer = await last_peer(upstream)
    serving = asyncio.create_task(serve(peer, packets, acked))

    async def half_way() -> bool:
        return len(acked) > PACKETS // 3

    await eventually(half_way)
    assert kill(stack, victim) == 1
    await serving
    while len(acked) < PACKETS:
        peer = await last_peer(upstream)
        await serve(peer, packets, acked)
    upstream.peers.put_nowait(peer)

    async def made() -> Counter[int]:
        """How many packets have made how many targets."""
        found = await observer.get("api/v1/targets", search=part, limit="1000")
        names = Counter(str(one["events"]) for one in found["targets"])
        return Counter(names.values())

    made_all = await eventually(made, SLOW, lambda made: made[1] >= PACKETS)
    assert made_all == {1: PACKETS}
    decided = await observer.get("api/v1/packets", kind="target", limit="500")
    of_ours = [one for one in decided["packets"] if one["ivorn"] in packets]
    assert len({one["packet"] for one in of_ours}) == len(of_ours) == PACKETS
