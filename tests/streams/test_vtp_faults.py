"""Every fault of an independent test broker, each against a subscriber of its own."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from services.alerts.streams.framing import Clocks
from services.alerts.streams.vtp import Backoff, Subscription, subscribed
from tests.support.alerts import voevent

TOOL = Path(__file__).parents[2].parent / "shared/tools/vtp_test_broker.py"
FAULTS = (
    "none", "dup", "dribble", "coalesce", "half-packet", "disconnect", "rst",
    "bad-length", "long-length", "little-endian", "huge-length", "silence",
    "slow-loris", "garbage", "bad-xml", "zero-length", "latin1", "bomb", "xxe",
    "oversize", "v11", "no-ivorn", "unknown-role", "foreign",
    "half-packet alive", "slow-loris alive",
)  # fmt: skip
"""With ``alive``, heartbeats go on although the stream is broken."""

AGAIN_AND_AGAIN = {"disconnect": "3", "rst": "3"}


async def summary_of(fault: str, events: list[Path], kept: list[bytes]) -> Any:
    """What the broker says of a subscriber after one fault."""
    name, _, alive = fault.partition(" ")
    command = [
        sys.executable, TOOL, "--port", "0", "--fault", name, "--compact",
        "--duration", "60", "--react", "20", "--iamalive", "0.5",
        "--fault-connections", AGAIN_AND_AGAIN.get(fault, "1"),
        *(["--keep-alive-after-fault"] if alive else []), *events,
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    line = (await process.stderr.readline()).decode()
    port = re.search(r"listening 127.0.0.1:(\d+)", line)
    assert port is not None

    async def deliver(raw: bytes, _: str) -> None:
        kept.append(raw)

    subscription = Subscription(
        f"127.0.0.1:{port[1]}",
        "ivo://test.subscriber/us",
        deliver,
        clocks=Clocks(idle=4, frame=2),
        backoff=Backoff(first=0.2, longest=2),
    )
    async with subscribed([subscription]):
        out, _ = await process.communicate()
    return json.loads(out)


@pytest.mark.skipif(not TOOL.exists(), reason="the test broker is not here")
async def test_every_fault_is_survived(tmp_path: Path) -> None:
    events = []
    for number in (1, 2, 3):
        path = tmp_path / f"{number}.xml"
        path.write_bytes(voevent(f"ivo://vtp.test/stream#{number}"))
        events.append(path)
    kept: dict[str, list[bytes]] = {fault: [] for fault in FAULTS}
    told = await asyncio.gather(
        *(summary_of(fault, events, kept[fault]) for fault in FAULTS)
    )
    problems = {one["fault"]: one["problems"] for one in told if not one["ok"]}
    assert problems == {}
    naks = {one["fault"]: one["naks"] for one in told if one["naks"]}
    assert naks == {}
    for fault in FAULTS:
        good = {event.read_bytes() for event in events}
        assert good <= set(kept[fault]) or fault == "v11"
    assert all(len(raw) <= 1 << 20 for raw in kept["oversize"])
    for one in told:
        if one["fault"] in AGAIN_AND_AGAIN:
            waits = one["reconnect_delays_s"]
            assert waits == sorted(waits)
