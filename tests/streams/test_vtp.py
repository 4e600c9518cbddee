"""The subscriber of VTP brokers, against a broker that does odd things."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.streams.framing import Clocks, framed
from services.alerts.streams.vtp import Backoff, Subscription, subscribed
from tests.support.alerts import voevent
from tests.support.vtp import Broker, Peer, broker

ONE, TWO = (voevent(f"ivo://test.broker/stream#{n}") for n in (1, 2))
US = "ivo://test.subscriber/us"


class Inbox:
    """Takes packets; each takes as long as it is told."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.open = asyncio.Event()
        self.open.set()

    async def deliver(self, raw: bytes, source: str) -> None:
        assert source.startswith("VTP 127.0.0.1:")
        await self.open.wait()
        self.kept.append(raw)


@asynccontextmanager
async def following(
    upstream: Broker, inbox: Inbox, clocks: Clocks | None = None
) -> AsyncIterator[None]:
    subscription = Subscription(
        f"127.0.0.1:{upstream.port}",
        US,
        inbox.deliver,
        filters=("//Param[@name='x<y']",),
        clocks=clocks or Clocks(idle=10, frame=5),
        backoff=Backoff(first=0.05, longest=0.4),
    )
    async with subscribed([subscription]):
        yield


async def test_heartbeat_and_login_are_answered() -> None:
    async with broker() as upstream, following(upstream, Inbox()):
        peer = await upstream.peer()
        alive = await peer.say("iamalive")
        assert (alive.role, alive.origin, alive.response) == (
            "iamalive",
            "ivo://test.broker/one",
            US,
        )
        login = await peer.say("authenticate")
        assert (login.role, login.filters) == (
            "authenticate",
            ("//Param[@name='x<y']",),
        )


async def test_a_packet_is_acknowledged_only_when_it_is_kept() -> None:
    inbox = Inbox()
    inbox.open.clear()
    async with broker() as upstream, following(upstream, inbox):
        peer = await upstream.peer()
        await peer.send(ONE)
        waiting = asyncio.create_task(peer.answer())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert inbox.kept == []
        inbox.open.set()
        ack = await waiting
        assert (ack.role, ack.origin) == ("ack", "ivo://test.broker/stream#1")
        assert inbox.kept == [ONE]


async def both_sent(upstream: Broker) -> Peer:
    peer = await upstream.peer()
    for raw in (ONE, TWO):
        await peer.send(raw)
    return peer


async def test_packets_that_were_read_are_kept_though_the_connection_ends() -> None:
    """Brokers send nothing again: what arrived is not lost with its connection."""
    inbox = Inbox()
    inbox.open.clear()
    async with broker() as upstream, following(upstream, inbox):
        peer = await both_sent(upstream)
        peer.writer.close()
        await peer.writer.wait_closed()
        await asyncio.sleep(0.05)
        inbox.open.set()
        again = await upstream.peer()
        assert inbox.kept == [ONE, TWO]
        await again.send(ONE)
        assert (await again.answer()).role == "ack"


async def test_acknowledgements_come_in_the_order_of_their_packets() -> None:
    inbox = Inbox()
    inbox.open.clear()
    async with broker() as upstream, following(upstream, inbox):
        peer = await both_sent(upstream)
        inbox.open.set()
        origins = [(await peer.answer()).origin for _ in range(2)]
        assert origins == [f"ivo://test.broker/stream#{n}" for n in (1, 2)]


@pytest.mark.parametrize(
    "odd",
    [b"", b"\x00garbage", ONE[:300], b"<a/>", b"<!DOCTYPE a []><a/>"],
    ids=["empty", "garbage", "half", "foreign", "document type"],
)
async def test_an_odd_packet_is_survived_on_the_same_connection(odd: bytes) -> None:
    inbox = Inbox()
    async with broker() as upstream, following(upstream, inbox):
        peer = await upstream.peer()
        await peer.send(odd)
        await peer.send(TWO)
        assert (await peer.answer()).origin == "ivo://test.broker/stream#2"
        assert inbox.kept == ([TWO] if odd == b"<a/>" else [odd, TWO])


async def test_a_length_that_cannot_be_is_left_at_once_without_reading() -> None:
    inbox = Inbox()
    async with broker() as upstream, following(upstream, inbox):
        peer = await upstream.peer()
        peer.writer.write((2**31 - 1).to_bytes(4, "big"))
        async with asyncio.timeout(2):
            await peer.is_left()
        again = await upstream.peer()
        await again.send(ONE)
        assert (await again.answer()).role == "ack"


@pytest.mark.parametrize("sent", [b"", framed(ONE)[:2], framed(ONE)[:200]])
async def test_a_stalled_connection_is_left_by_its_clock(sent: bytes) -> None:
    inbox = Inbox()
    clocks = Clocks(idle=0.3, frame=0.2)
    async with broker() as upstream, following(upstream, inbox, clocks):
        peer = await upstream.peer()
        peer.writer.write(sent)
        await peer.is_left()
        await upstream.peer()
        assert inbox.kept == []


async def test_a_byte_now_and_then_does_not_stop_the_clock_of_a_packet() -> None:
    inbox = Inbox()
    clocks = Clocks(idle=5, frame=0.3)
    async with broker() as upstream, following(upstream, inbox, clocks):
        peer = await upstream.peer()
        started = time.monotonic()
        left = asyncio.create_task(peer.is_left())
        for byte in framed(ONE):
            if left.done():
                break
            peer.writer.write(bytes([byte]))
            await asyncio.sleep(0.02)
        await left
        assert time.monotonic() - started < 3
        assert inbox.kept == []


async def test_a_broker_that_hangs_up_is_called_again_later_and_later() -> None:
    async with broker() as upstream, following(upstream, Inbox()):
        times = []
        for _ in range(5):
            peer = await upstream.peer()
            times.append(time.monotonic())
            peer.writer.transport.abort()
        waits = [after - before for before, after in pairwise(times)]
        assert waits[-1] > 2 * waits[0]


@given(st.lists(st.floats(0, 59), min_size=1, max_size=30))
def test_waits_grow_until_a_connection_has_settled(lasts: list[float]) -> None:
    backoff = Backoff()
    waits = [backoff.after(lasted, brought=True) for lasted in lasts]
    for place, wait in enumerate(waits):
        expected = min(300.0, 2.0**place)
        assert 0.75 * expected <= wait <= 1.25 * expected
    assert backoff.after(61, brought=False) >= 0.75 * min(300.0, 2.0 ** len(lasts))
    assert backoff.after(61, brought=True) <= 1.25
