"""Unmodified peers on the loopback address: Comet as broker, Comet and pygcn as
subscribers of ours."""

import asyncio
import math
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest
import voeventparse

from services.alerts.streams.authoring import of_deletion, of_observation, of_target
from services.alerts.streams.broadcast import Broadcast
from services.alerts.streams.vtp import Backoff, Subscription, subscribed
from shared.contracts.alerts import Alert, AlertCreated, ObservationDeleted
from shared.contracts.base import Event
from tests.support.alerts import voevent
from tests.support.builders import ALERT, MAGNITUDE, recorded
from tests.support.server import free_port
from tests.support.waiting import eventually

OURS = "ivo://example.cpcs"
TAC = Path(__file__).with_name("comet.tac")
BIN = Path(sys.executable).parent


@asynccontextmanager
async def running(
    *command: str | Path, cwd: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    with (cwd / "peer.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            cwd=cwd,
            env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def comet(folder: Path, options: str) -> AsyncIterator[None]:
    command = str(BIN / "twistd"), "-ny", str(TAC), "--pidfile", str(folder / "pid")
    options = f"--local-ivo=ivo://comet.test/one --eventdb={folder} {options}"
    async with running(*command, cwd=folder, COMET_OPTIONS=options):
        yield


async def test_comet_delivers_to_us_bit_for_bit(tmp_path: Path) -> None:
    sent = voevent("ivo://comet.test/stream#1")
    (tmp_path / "event.xml").write_bytes(sent)
    inbox, outbox = free_port(), free_port()
    kept: list[bytes] = []

    async def deliver(raw: bytes, _: str) -> None:
        kept.append(raw)

    options = (
        f"--receive --receive-port={inbox} --broadcast --broadcast-port={outbox} "
        "--broadcast-test-interval=0"
    )
    upstream = Subscription(
        f"127.0.0.1:{outbox}", OURS, deliver, backoff=Backoff(first=0.2, longest=1)
    )
    async with comet(tmp_path, options), subscribed([upstream]):

        async def connected() -> bool:
            return "New subscriber" in (tmp_path / "peer.log").read_text()

        await eventually(connected)
        command = ["comet-sendvo", "-h", "127.0.0.1", "-p", str(inbox)]
        async with running(
            BIN / command[0], *command[1:], "-f", "event.xml", cwd=tmp_path
        ) as sending:
            assert await sending.wait() == 0

        async def arrived() -> bool:
            return bool(kept)

        await eventually(arrived)
    assert kept == [sent]


async def author(event: Event) -> bytes | None:
    assert isinstance(event, AlertCreated)
    return of_target(event.alert, OURS)


def xml_in(folder: Path) -> list[Path]:
    return [
        path for path in folder.iterdir() if path.suffix != ".log" and path.is_file()
    ]


async def test_comet_and_pygcn_subscribe_to_us(tmp_path: Path) -> None:
    broadcast = Broadcast("127.0.0.1:0", OURS, author, alive=0.5)
    folders = [tmp_path / name for name in ("comet", "pygcn", "kept")]
    for folder in folders:
        folder.mkdir()
    comet_s, gcn_s, kept = folders
    save = tmp_path / "save.sh"
    save.write_text(f"#!/bin/sh\ncat > {kept}/part && mv {kept}/part {kept}/kept.xml\n")
    save.chmod(0o700)
    async with broadcast.served():
        here = f"127.0.0.1:{broadcast.port}"
        async with (
            comet(comet_s, f"--remote={here} --cmd={save} -v"),
            running(BIN / "pygcn-listen", here, cwd=gcn_s),
        ):

            async def both() -> bool:
                return len(broadcast._subscribers) == 2

            await eventually(both)
            await broadcast.tell(AlertCreated(alert=ALERT))

            async def arrived() -> bool:
                return bool(xml_in(gcn_s)) and (kept / "kept.xml").exists()

            await eventually(arrived)
    ours = of_target(ALERT, OURS)
    told = [(kept / "kept.xml").read_bytes(), xml_in(gcn_s)[0].read_bytes()]
    for raw in told:
        tree = voeventparse.loads(raw)
        assert voeventparse.valid_as_v2_0(tree)
        assert tree.attrib["ivorn"] == voeventparse.loads(ours).attrib["ivorn"]


FAR: Alert = ALERT.model_copy(
    update={"events": ("ivo://gaia.cam.uk/alerts#Gaia16aye",), "position_err": 0.07}
)


def test_what_we_send_is_valid_by_the_schema() -> None:
    limit = MAGNITUDE.model_copy(update={"mag_err": -1.0, "total_err": -1.0})
    for raw in (
        of_target(ALERT, OURS),
        of_target(
            FAR.model_copy(update={"revision": 3, "classification": "SN <Ia>"}), OURS
        ),
        of_observation(recorded(), FAR, OURS),
        of_observation(recorded(magnitude=limit), ALERT, OURS),
    ):
        tree = voeventparse.loads(raw)
        assert voeventparse.valid_as_v2_0(tree), raw.decode()
    place = voeventparse.get_event_position(tree)
    assert (place.ra, place.dec) == (ALERT.ra, ALERT.dec)


def test_an_error_that_is_not_known_is_no_number() -> None:
    known = ALERT.model_copy(update={"position_err": 1.8})
    errors = [
        voeventparse.get_event_position(voeventparse.loads(of_target(one, OURS))).err
        for one in (ALERT, known)
    ]
    assert math.isnan(errors[0])
    assert errors[1] == pytest.approx(1.8 / 3600)


def test_a_deletion_takes_the_point_back() -> None:
    gone = ObservationDeleted(observation_id=7, alert_id=ALERT.id, revision=2)
    raw = of_deletion(gone, OURS)
    assert voeventparse.valid_as_v2_0(voeventparse.loads(raw)), raw.decode()
    assert cited(raw) == [("retraction", f"{OURS}/observations#7-1")]


def cited(raw: bytes) -> list[tuple[str, str]]:
    tree = voeventparse.loads(raw)
    return [(one.attrib["cite"], str(one)) for one in tree.Citations.EventIVORN]


@pytest.mark.parametrize(
    ("status", "kind"), [("active", "supersedes"), ("retracted", "retraction")]
)
def test_a_revision_ends_our_own_packet_and_nobody_else_s(
    status: Literal["active", "retracted"], kind: str
) -> None:
    third = FAR.model_copy(update={"revision": 3, "status": status})
    own = f"{OURS}/targets#{FAR.id}-2"
    assert cited(of_target(third, OURS)) == [(kind, own), ("followup", FAR.events[0])]


def test_a_point_cites_its_target_as_a_followup() -> None:
    tree = voeventparse.loads(of_observation(recorded(), FAR, OURS))
    (cited,) = tree.Citations.EventIVORN
    assert (cited.attrib["cite"], str(cited)) == ("followup", FAR.events[0])
    params = voeventparse.get_toplevel_params(tree)
    assert params["magnitude"]["value"] == "15.1565"
    assert params["filter"]["value"] == "APASS/r"
