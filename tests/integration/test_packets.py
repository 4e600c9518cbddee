"""Packets become targets in a real document store, once, whatever happens."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from services.alerts.domain.decision import Decision
from services.alerts.store.entry import Decided
from services.alerts.store.inbox import DecidedMeanwhileError
from shared.contracts.alerts import (
    AlertCreated,
    PacketDecided,
    PacketReceived,
)
from tests.support.alerts import GAIA, Owned, cite, gaia, packet_of, sha256, voevent
from tests.support.builders import TARGET, solved

OUR_RULES = Path("services/alerts/rules.toml").read_text("utf-8")
REAL = Path(__file__).parents[2].parent / "shared/data/voevents"


async def test_a_packet_makes_a_target(owned: Owned) -> None:
    said = await owned.receive(gaia("Gaia16aaa"), "VTP 127.0.0.1:8099")
    (alert,) = await owned.all_targets()
    assert said[0] == AlertCreated(alert=alert)
    assert (alert.ivorn, alert.ra, alert.dec) == ("ivo://Gaia16aaa", 120.5, -12.25)
    assert alert.position_err == pytest.approx(0.36)
    assert alert.events == (f"{GAIA}Gaia16aaa",)
    assert alert.provenance is not None
    assert alert.provenance.stream == "Gaia"
    decided = packet_of(said)
    assert (decided.kind, decided.alert_id, decided.number) == ("target", alert.id, 1)
    assert decided.source == "VTP 127.0.0.1:8099"


async def test_the_same_bytes_are_one_packet_and_one_target(owned: Owned) -> None:
    raw = gaia("Gaia16aab")
    first = await owned.receive(raw)
    again = await asyncio.gather(*(owned.receive(raw) for _ in range(5)))
    assert all(said == first for said in again)
    assert len(await owned.all_targets()) == 1


async def test_what_was_made_before_a_kill_is_found_again(owned: Owned) -> None:
    """The target is there, the decision is not: as after a kill between the two."""
    raw = gaia("Gaia16aac")
    await owned.receive(raw)
    await owned.inbox._inbox.update_one(
        {"_id": sha256(raw)},
        {"$set": {"waiting": True, "number": 0}, "$unset": {"decision": ""}},
    )
    decided = await owned.decided(raw)
    (alert,) = await owned.all_targets()
    assert (decided.kind, decided.alert_id) == ("target", alert.id)


async def test_the_same_ivorn_with_other_bytes_is_an_update(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aad"))
    said = await owned.receive(gaia("Gaia16aad", ra=120.5001, error=0.00001))
    (alert,) = await owned.all_targets()
    assert packet_of(said).kind == "update"
    assert (alert.ra, alert.revision) == (120.5001, 2)
    worse = await owned.decided(gaia("Gaia16aad", ra=121.0, error=0.002))
    assert worse.kind == "update"
    assert (await owned.all_targets())[0].ra == 120.5001


async def test_another_name_for_the_same_place_is_an_alias(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aae"))
    near = voevent("ivo://voevent.4pisky.org/GAIA#Gaia16zzz", ra=120.5003)
    decided = await owned.decided(near)
    (alert,) = await owned.all_targets()
    assert (decided.kind, decided.alert_id) == ("alias", alert.id)
    assert alert.aliases == ("ivo://Gaia16zzz",)
    assert await owned.targets.named("IVO://gaia16ZZZ") == alert
    away = voevent("ivo://voevent.4pisky.org/GAIA#Gaia16zzy", ra=120.502)
    assert (await owned.decided(away)).kind == "target"


@pytest.mark.parametrize(("ra", "dec"), [(0.0001, 30.0), (10.0, 89.9999), (0.0, -90.0)])
async def test_places_are_compared_across_0h_and_at_the_poles(
    owned: Owned, ra: float, dec: float
) -> None:
    await owned.receive(gaia("Gaia16aaf", ra=ra, dec=dec))
    other = voevent(
        "ivo://voevent.4pisky.org/GAIA#other", ra=(ra - 0.0003) % 360, dec=dec
    )
    assert (await owned.decided(other)).kind == "alias"


async def test_a_retraction_marks_the_target_and_deletes_nothing(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aag"))
    (alert,) = await owned.all_targets()
    at = TARGET.model_copy(update={"alert_id": alert.id, "ivorn": alert.ivorn})
    await owned.record(solved(target=at, upload_id=uuid4(), frame_id=uuid4()))
    raw = voevent(
        f"{GAIA}r1", role="utility", ra=None, citations=cite("retraction", "Gaia16aag")
    )
    decided = await owned.decided(raw)
    (after,) = await owned.all_targets()
    assert decided.kind == "retraction"
    assert (after.status, after.id) == ("retracted", alert.id)
    assert len([one async for one in owned.observations.all()]) == 1


async def test_a_retraction_may_come_first(owned: Owned) -> None:
    retraction = voevent(
        f"{GAIA}r2", role="utility", ra=None, citations=cite("retraction", "Gaia16aah")
    )
    assert (await owned.decided(retraction)).kind == "stored"
    late = await owned.decided(gaia("Gaia16aah"))
    assert late.kind == "stored"
    assert "taken back" in late.reason
    assert await owned.all_targets() == []


@pytest.mark.parametrize(
    ("how", "expected"), [("retraction", "stored"), ("supersedes", "update")]
)
async def test_what_follows_a_packet_taken_back_is_stored_and_a_superseded_one_updated(
    owned: Owned, how: str, expected: str
) -> None:
    await owned.receive(gaia("Gaia16aas"))
    ending = voevent(f"{GAIA}r4", citations=cite(how, "Gaia16aas"))
    await owned.receive(ending)
    late = voevent(f"{GAIA}late", citations=cite("followup", "Gaia16aas"))
    assert (await owned.decided(late)).kind == expected


async def test_another_authority_s_retraction_that_came_first_counts_not(
    owned: Owned,
) -> None:
    raw = voevent("ivo://else/x#1", ra=None, citations=cite("retraction", "Gaia16aai"))
    await owned.receive(raw)
    assert (await owned.decided(gaia("Gaia16aai"))).kind == "target"


async def test_only_who_founded_a_target_retracts_it(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aaq"))
    other = "ivo://voevent.4pisky.org/GAIA#Gaia16zzx"
    assert (await owned.decided(voevent(other))).kind == "alias"
    raw = voevent(
        "ivo://voevent.4pisky.org/GAIA#r3",
        ra=None,
        citations=f'<EventIVORN cite="retraction">{other}</EventIVORN>',
    )
    assert (await owned.decided(raw)).kind == "stored"
    assert (await owned.all_targets())[0].status == "active"


async def test_the_same_name_at_the_same_place_gives_no_other_name(
    owned: Owned,
) -> None:
    await owned.receive(gaia("Gaia16aar"))
    relayed = voevent("ivo://voevent.4pisky.org/GAIA#Gaia16aar", error=0.00001)
    assert (await owned.decided(relayed)).kind == "update"
    assert (await owned.all_targets())[0].aliases == ()


async def test_all_objects_of_a_packet_are_said_again(owned: Owned) -> None:
    """A process may die after its decision, before it has said anything."""
    raw = b"name,ra,dec\nSN2026aa,10.0,20.0\nSN2026ab,30.0,40.0\n"
    first = await owned.receive(raw)
    names = [one.alert.ivorn for one in first if isinstance(one, AlertCreated)]
    assert names == ["ivo://SN2026aa", "ivo://SN2026ab"]
    again = await owned.receive(raw)
    assert again == first


async def test_a_candidate_that_was_taken_back_is_said_again(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16cand", error=0.05))
    retraction = gaia("Gaia16back", citations=cite("retraction", "Gaia16cand"))
    first = await owned.receive(retraction)
    kinds = [one.kind for one in first if isinstance(one, PacketDecided)]
    assert kinds == ["stored", "stored"]
    assert await owned.receive(retraction) == first


async def test_a_packet_is_decided_about_once_by_two_processes(owned: Owned) -> None:
    raw = gaia("Gaia16both")
    (kept,) = await owned.inbox.keep([(raw, "test")])
    entry = await owned.inbox.find(kept.id)
    assert entry is not None
    one = Decided(entry, None, Decision("stored", "by the one"), None)
    other = Decided(entry, None, Decision("stored", "by the other"), None)
    await owned.inbox.decide([one], "")
    with pytest.raises(DecidedMeanwhileError):
        await owned.inbox.decide([other], "")
    found = await owned.inbox.find(kept.id)
    assert found is not None
    assert found.decision == one.decision
    assert found.number == 1


async def test_a_better_place_makes_a_target_of_a_candidate_s_event(
    owned: Owned,
) -> None:
    swift = "ivo://nasa.gsfc.gcn/SWIFT#"
    trigger = '<Param name="TrigID" value="644259"/>'
    first = voevent(f"{swift}BAT_GRB_Pos_1", params=trigger, error=0.05)
    assert (await owned.decided(first)).kind == "candidate"
    cited = f'<EventIVORN cite="followup">{swift}BAT_GRB_Pos_1</EventIVORN>'
    second = voevent(f"{swift}XRT_Pos_2", params=trigger, error=0.0009, citations=cited)
    decided = await owned.decided(second)
    (alert,) = await owned.all_targets()
    assert (decided.kind, alert.ivorn) == ("target", "ivo://SWIFT-644259")
    third = voevent(
        f"{swift}UVOT_Pos_3",
        params=trigger,
        error=0.0001,
        ra=120.5004,
        citations=cited.replace("BAT_GRB_Pos_1", "XRT_Pos_2"),
    )
    assert (await owned.decided(third)).kind == "update"
    assert (await owned.all_targets())[0].ra == 120.5004


async def test_garbage_is_kept_and_quarantined(owned: Owned) -> None:
    decided = await owned.decided(b"\x00\xffgarbage")
    assert (decided.kind, decided.ivorn) == ("quarantined", "")


async def test_a_packet_that_is_not_in_the_inbox_is_a_fault(owned: Owned) -> None:
    event = PacketReceived(packet="ab" * 32)
    with pytest.raises(LookupError, match="not in the inbox"):
        await owned.received(event)


@pytest.mark.skipif(not REAL.exists(), reason="the real packets are not here")
async def test_the_real_packets_make_the_targets_they_should(owned: Owned) -> None:
    counts: dict[str, int] = {}
    for path in sorted(REAL.glob("*/*.xml")):
        decided = await owned.decided(path.read_bytes())
        counts[decided.kind] = counts.get(decided.kind, 0) + 1
    names = {alert.ivorn for alert in await owned.all_targets()}
    assert {"ivo://Gaia16byl", "ivo://MOA-2016-BLG-526", "ivo://SWIFT-644259"} <= names
    assert counts["target"] == len(names)
    assert "quarantined" not in counts
    assert counts["candidate"] == 8 + 1
