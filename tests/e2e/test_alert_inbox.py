"""The alert inbox and targets in the hands of people and operators."""

import asyncio
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from stack.running import Stack
from stack.visitor import RefusedError, Visitor
from tests.e2e.browsing import log_in
from tests.e2e.conftest import target
from tests.support.alerts import sha256, voevent
from tests.support.server import DEC, RA, image, visitor
from tests.support.vtp import Peer
from tests.support.waiting import eventually

GAIA = "ivo://gaia.cam.uk/alerts#"


@pytest.fixture(scope="module")
async def admin(stack: Stack) -> AsyncIterator[Visitor]:
    async with visitor(stack) as who:
        yield who


async def test_the_inbox_is_live_and_a_candidate_promoted_with_a_click(
    stack: Stack, admin: Visitor, peer: Peer, page: Page
) -> None:
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
    await expect(page.locator(".told")).to_contain_text("ivo://Gaia26click is target")
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
