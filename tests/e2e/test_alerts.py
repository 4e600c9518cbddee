"""Alert streams through five processes: from the wire to a target's page."""

import asyncio
import io
from typing import Any

import pytest
from aiohttp import ClientSession, UnixConnector

from services.alerts.reading import read_packet
from services.alerts.streams.framing import Clocks, read_frame
from stack.running import Stack
from stack.visitor import Visitor
from tests.e2e.conftest import TARGET, target
from tests.support.alerts import sha256, voevent
from tests.support.server import image
from tests.support.vtp import Peer
from tests.support.waiting import eventually

GAIA = "ivo://gaia.cam.uk/alerts#"


async def post(
    who: Visitor, raw: bytes, kind: str = "application/xml"
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {who.hashtag}", "Content-Type": kind}
    async with (
        ClientSession() as session,
        session.post(
            f"{who.url}/api/v1/packets", data=io.BytesIO(raw), headers=headers
        ) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


async def test_a_packet_on_the_wire_is_a_target_in_seconds(
    peer: Peer, observer: Visitor
) -> None:
    raw = voevent(f"{GAIA}Gaia26wire", ra=200.1, dec=3.5)
    await peer.send(raw)
    assert (await peer.answer()).origin == f"{GAIA}Gaia26wire"

    async def listed() -> bool:
        rows = await observer.get("list_of_alerts", format="json", num="5")
        return "ivo://Gaia26wire" in [row["ivorn"] for row in rows]

    await eventually(listed, within=10)
    shown = await target(observer, "Gaia26wire")
    assert shown["events"] == [f"{GAIA}Gaia26wire"]
    decided = await observer.get(f"api/v1/packets/{sha256(raw)}")
    assert (decided["kind"], decided["stream"]) == ("target", "Gaia")
    assert decided["source"].startswith("VTP 127.0.0.1")
    async with ClientSession() as session, session.get(decided["raw"]) as answer:
        assert await answer.read() == raw


async def test_a_packet_sent_over_http_is_answered_by_its_decision(
    observer: Visitor,
) -> None:
    raw = voevent(f"{GAIA}Gaia26http", ra=201.0)
    status, decided = await post(observer, raw)
    assert (status, decided["kind"], decided["role"]) == (201, "target", "observation")
    assert decided["source"] == "HTTP, Ostrowik 0.6m, K.Rybicki"
    assert (await post(observer, raw))[1] == decided
    notice = (
        b'{"mission": "EP", "id": ["1"], "ra": 1.5, "dec": 2, "ra_dec_error": 0.05}'
    )
    _, decided = await post(observer, notice, "application/json")
    assert (decided["kind"], decided["stream"]) == ("candidate", "GCN notices")
    listed = await observer.get("api/v1/packets", kind="candidate")
    assert decided["packet"] in [one["packet"] for one in listed["packets"]]


@pytest.mark.parametrize(
    ("raw", "status", "told"),
    [
        (b"", 400, "Send the packet"),
        (b"x" * 1_200_000, 413, "larger than 1 MB"),
    ],
    ids=["empty", "large"],
)
async def test_what_is_no_packet_gets_a_sentence(
    observer: Visitor, raw: bytes, status: int, told: str
) -> None:
    answered, problem = await post(observer, raw)
    assert answered == status
    assert told in problem["detail"]


async def test_garbage_is_quarantined_and_hostile_text_escaped(
    stack: Stack, observer: Visitor
) -> None:
    raw = b"<script>alert(1)</script"
    status, decided = await post(observer, raw)
    assert (status, decided["kind"]) == (201, "quarantined")
    async with ClientSession() as session, session.get(decided["page"]) as answer:
        text = await answer.text()
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text


async def test_nobody_sends_packets_without_a_hashtag(stack: Stack) -> None:
    async with ClientSession() as session:
        status, _ = await post(Visitor(session, stack.url, "wrong"), b"<a/>")
    assert status == 401


async def test_our_own_events_are_served_to_subscribers(
    stack: Stack, observer: Visitor
) -> None:
    host, _, port = stack.environment["CPCS_VTP_SERVE"].rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    clocks = Clocks(idle=30, frame=5)

    async def heard(words: str) -> bytes:
        async with asyncio.timeout(30):
            while True:
                raw = await read_frame(reader, 1 << 20, clocks)
                if words.encode() in raw:
                    return raw

    await observer.post("newevent", EventID="ivo://Sent out", ra="15.5", dec="-40.25")
    packet = read_packet(await heard("ivo://Sent out"))
    assert packet.position is not None
    assert (packet.position.ra, packet.position.dec) == (15.5, -40.25)
    await observer.upload(TARGET, image(83))
    point = read_packet(await heard("Photometry of"))
    assert point.params["filter"] == "APASS/r"
    assert point.citations[0].kind == "followup"
    writer.transport.abort()


async def test_streams_are_counted(stack: Stack, peer: Peer) -> None:
    await peer.send(voevent(f"{GAIA}Gaia26count", ra=205.0))
    await peer.answer()
    socket = UnixConnector(path=str(stack.data_dir / "run" / "alerts.sock"))

    async def counted() -> bool:
        async with session.get("http://localhost/metrics") as answer:
            text = await answer.text()
        return 'cpcs_packet_decisions_total{kind="target",stream="Gaia"}' in text

    async with ClientSession(connector=socket) as session:
        await eventually(counted)
