"""Alert streams through five processes: from the wire to a target's page."""

import asyncio
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, UnixConnector
from playwright.async_api import Browser, expect

from services.alerts.reading import read_packet
from services.alerts.streams.framing import Clocks, read_frame
from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.browsing import CHROMIUM, log_in, opened_browser, opened_page
from tests.e2e.conftest import TARGET
from tests.support.alerts import sha256, voevent
from tests.support.server import DEC, RA, image, visitor
from tests.support.vtp import Broker, Peer
from tests.support.waiting import eventually

GAIA = "ivo://gaia.cam.uk/alerts#"


@pytest.fixture(scope="module")
async def peer(stack: Stack, upstream: Broker) -> Peer:
    """The connection of the running alerts service."""
    return await upstream.peer()


@pytest.fixture(scope="module")
async def admin(stack: Stack) -> AsyncIterator[Visitor]:
    async with visitor(stack) as who:
        yield who


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with opened_browser() as opened:
        yield opened


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


async def target(who: Visitor, name: str) -> dict[str, Any]:
    found: dict[str, Any] = await who.get(f"api/v1/targets/{name}")
    return found


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
    assert status == 403


@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
async def test_the_inbox_is_live_and_a_candidate_promoted_with_a_click(
    stack: Stack, admin: Visitor, peer: Peer, browser: Browser
) -> None:
    async with opened_page(browser) as page:
        await log_in(page, stack, admin.hashtag)
        async with page.expect_response("**/alert_inbox/live"):
            await page.goto(f"{stack.url}/alert_inbox")
        raw = voevent(f"{GAIA}Gaia26click", ra=202.0, error=0.02)
        await peer.send(raw)
        await peer.answer()
        row = page.get_by_role("row", name="Gaia26click")
        await expect(row).to_contain_text("candidate")
        await row.get_by_role("link").first.click()
        await page.get_by_role("button", name="Make it a target").click()
        await expect(page.locator(".told")).to_contain_text(
            "ivo://Gaia26click is target"
        )
        await page.goto(f"{stack.url}/packet/{sha256(raw)}")
        await expect(page.locator(".told")).to_contain_text("Made a target by")
        await page.get_by_role("link", name="ivo://Gaia26click").click()
        await page.get_by_text("History").click()
        await expect(page.get_by_text(f"from {GAIA}Gaia26click")).to_be_visible()


async def test_targets_are_corrected_retracted_and_merged(
    observer: Visitor, stranger: Visitor, admin: Visitor
) -> None:
    await observer.post("newevent", EventID="ivo://Mine", ra=str(RA), dec=str(DEC))
    await observer.post("newevent", EventID="ivo://Same", ra=str(RA), dec=str(DEC))
    mine, same = [(await target(observer, name))["id"] for name in ("Mine", "Same")]
    number = (await observer.upload("ivo://Mine", image(81)))["followup_id"]
    fields = {"id": str(mine), "ra": str(RA), "dec": str(DEC)}
    with pytest.raises(RefusedError, match="exists already"):
        await stranger.post("correcttarget", classification="SN II", **fields)
    await observer.post("correcttarget", classification="SN Ia", **fields)
    assert (await target(observer, "Mine"))["classification"] == "SN Ia"
    await observer.post("retracttarget", id=str(same), reason="entered twice")
    assert (await target(observer, "Same"))["status"] == "retracted"
    with pytest.raises(RefusedError, match="Only the administrator"):
        await observer.post("mergetargets", id=str(mine), into=str(same))
    await admin.post("mergetargets", id=str(mine), into=str(same))
    merged = await target(observer, "Mine")
    assert (merged["id"], merged["aliases"]) == (same, ["ivo://Mine"])

    async def moved() -> bool:
        curve = await observer.light_curve("ivo://Same")
        return number in curve["id"]

    await eventually(moved)
    assert number in (await observer.light_curve("ivo://Mine"))["id"]
    again = await observer.upload("ivo://Mine", image(82))
    assert again["followup_id"] in (await observer.light_curve("ivo://Same"))["id"]


def command(stack: Stack, *words: str | Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "services.alerts.admin", *map(str, words)],
        env={**os.environ, **stack.environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout


async def test_an_operator_imports_packets_and_names_and_tries_rules(
    stack: Stack, observer: Visitor, tmp_path: Path
) -> None:
    archive = tmp_path / "night.tar"
    with tarfile.open(archive, "w") as tar:
        for number in range(30):
            raw = voevent(f"{GAIA}Gaia26tar{number:02}", ra=10.0 + number, dec=50.0)
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
    told = await asyncio.to_thread(command, stack, "import", archive)
    assert "30 packets read, 30 of them new" in told
    assert "0 of them new" in await asyncio.to_thread(command, stack, "import", archive)

    async def last() -> bool:
        found = await observer.get("api/v1/targets", search="Gaia26tar", limit="100")
        return len(found["targets"]) == 30

    await eventually(last)
    names = tmp_path / "gaia.csv"
    names.write_text(
        "#Name, RaDeg, DecDeg, Class, TNSid\n"
        "Gaia26tar03,13.0,50.0,SN II,SN2026abc\n"
        "Gaia26nix,99.0,50.0,,AT2026x\n"
    )
    told = await asyncio.to_thread(command, stack, "import", names)
    assert "2 objects read, 1 targets renamed, 0 made" in told

    async def renamed() -> bool:
        try:
            found = await target(observer, "SN2026abc")
        except RefusedError:
            return False
        return str(found["name"]) == "ivo://Gaia26tar03"

    await eventually(renamed)
    rules = tmp_path / "rules.toml"
    ours = await asyncio.to_thread(
        Path("services/alerts/rules.toml").read_text, "utf-8"
    )
    rules.write_text(ours.replace('"ivo://gaia.cam.uk/*"', '"ivo://nobody/*"'))
    told = await asyncio.to_thread(
        command, stack, "rules", "replay", "--dry-run", "--rules", rules
    )
    assert "Gaia26tar00: target -> stored" in told
    assert "decisions would change" in told
    told = await asyncio.to_thread(command, stack, "rules", "replay", "--dry-run")
    assert "Gaia26tar00" not in told


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
