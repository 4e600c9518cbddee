"""Packets become targets in a real document store, once, whatever happens."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.alerts.admin.replay import changes
from services.alerts.handlers.observations import on_calibration_solved
from services.alerts.handlers.targets import (
    on_merger_requested,
    on_retraction_requested,
)
from services.alerts.rulebook import read_rules
from services.alerts.store.archive import Archive
from shared.contracts.alerts import (
    Alert,
    AlertCreated,
    AlertRevised,
    ObservationRecorded,
    PacketReceived,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationSolved
from shared.contracts.gateway import (
    MergerRequested,
    PromotionRequested,
    RetractionRequested,
)
from shared.contracts.values import Observer
from tests.support.alerts import Owned, packet_of, sha256, voevent
from tests.support.builders import OBSERVER, REQUEST, TARGET, solved

GAIA = "ivo://gaia.cam.uk/alerts#"
ID = '<Param name="id" ucd="meta.id" value="{}"/>'
OUR_RULES = Path("services/alerts/rules.toml").read_text("utf-8")
REAL = Path(__file__).parents[2].parent / "shared/data/voevents"


def gaia(name: str, **changes: Any) -> bytes:
    return voevent(f"{GAIA}{name}", params=ID.format(name), **changes)


async def targets(owned: Owned) -> list[Alert]:
    return [alert async for alert in owned.targets.all()]


async def test_a_packet_makes_a_target(owned: Owned) -> None:
    said = await owned.receive(gaia("Gaia16aaa"), "VTP 127.0.0.1:8099")
    (alert,) = await targets(owned)
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
    assert len(await targets(owned)) == 1


async def test_what_was_made_before_a_kill_is_found_again(owned: Owned) -> None:
    """The target is there, the decision is not: as after a kill between the two."""
    raw = gaia("Gaia16aac")
    await owned.receive(raw)
    await owned.inbox._inbox.update_one(
        {"_id": sha256(raw)},
        {"$set": {"waiting": True, "number": 0}, "$unset": {"decision": ""}},
    )
    decided = await owned.decided(raw)
    (alert,) = await targets(owned)
    assert (decided.kind, decided.alert_id) == ("target", alert.id)


async def test_the_same_ivorn_with_other_bytes_is_an_update(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aad"))
    said = await owned.receive(gaia("Gaia16aad", ra=120.5001, error=0.00001))
    (alert,) = await targets(owned)
    assert packet_of(said).kind == "update"
    assert (alert.ra, alert.revision) == (120.5001, 2)
    worse = await owned.decided(gaia("Gaia16aad", ra=121.0, error=0.002))
    assert worse.kind == "update"
    assert (await targets(owned))[0].ra == 120.5001


async def test_another_name_for_the_same_place_is_an_alias(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aae"))
    near = voevent("ivo://voevent.4pisky.org/GAIA#Gaia16zzz", ra=120.5003)
    decided = await owned.decided(near)
    (alert,) = await targets(owned)
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


async def solved_for(owned: Owned, event: CalibrationSolved) -> ObservationRecorded:
    (said,) = await on_calibration_solved(
        event, observations=owned.observations, targets=owned.targets
    )
    assert isinstance(said, ObservationRecorded)
    return said


def cite(kind: str, name: str) -> str:
    return f'<EventIVORN cite="{kind}">{GAIA}{name}</EventIVORN>'


async def test_a_retraction_marks_the_target_and_deletes_nothing(owned: Owned) -> None:
    await owned.receive(gaia("Gaia16aag"))
    (alert,) = await targets(owned)
    at = TARGET.model_copy(update={"alert_id": alert.id, "ivorn": alert.ivorn})
    await solved_for(owned, solved(target=at, upload_id=uuid4(), frame_id=uuid4()))
    raw = voevent(
        f"{GAIA}r1", role="utility", ra=None, citations=cite("retraction", "Gaia16aag")
    )
    decided = await owned.decided(raw)
    (after,) = await targets(owned)
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
    assert await targets(owned) == []


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
    assert (await targets(owned))[0].status == "active"


async def test_the_same_name_at_the_same_place_gives_no_other_name(
    owned: Owned,
) -> None:
    await owned.receive(gaia("Gaia16aar"))
    relayed = voevent("ivo://voevent.4pisky.org/GAIA#Gaia16aar", error=0.00001)
    assert (await owned.decided(relayed)).kind == "update"
    assert (await targets(owned))[0].aliases == ()


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
    (alert,) = await targets(owned)
    assert (decided.kind, alert.ivorn) == ("target", "ivo://SWIFT-644259")
    third = voevent(
        f"{swift}UVOT_Pos_3",
        params=trigger,
        error=0.0001,
        ra=120.5004,
        citations=cited.replace("BAT_GRB_Pos_1", "XRT_Pos_2"),
    )
    assert (await owned.decided(third)).kind == "update"
    assert (await targets(owned))[0].ra == 120.5004


async def test_garbage_is_kept_and_quarantined(owned: Owned) -> None:
    decided = await owned.decided(b"\x00\xffgarbage")
    assert (decided.kind, decided.ivorn) == ("quarantined", "")


async def test_a_packet_that_is_not_in_the_inbox_is_a_fault(owned: Owned) -> None:
    event = PacketReceived(packet="ab" * 32)
    with pytest.raises(LookupError, match="not in the inbox"):
        await owned.packets.on_packet_received(event)


async def test_an_administrator_promotes_a_candidate(owned: Owned) -> None:
    raw = gaia("Gaia16aaj", error=0.05)
    decided = await owned.decided(raw)
    asked = PromotionRequested(
        request_id=REQUEST, packet=decided.packet, observer=OBSERVER
    )
    made, told = await owned.packets.on_promotion_requested(asked)
    assert isinstance(made, AlertCreated)
    assert made.alert.ivorn == "ivo://Gaia16aaj"
    assert packet_of([told]).kind == "target"
    again = await owned.packets.on_promotion_requested(asked)
    assert again == [made, told]
    namesake = await owned.decided(
        gaia("Gaia16aaj", ra=200.0, error=0.06, citations=cite("retraction", "else"))
    )
    asked = asked.model_copy(update={"packet": namesake.packet})
    (refused,) = await owned.packets.on_promotion_requested(asked)
    assert isinstance(refused, RequestRefused)
    assert "exists already" in refused.message
    nowhere = await owned.decided(gaia("Gaia16aak", ra=None))
    asked = asked.model_copy(update={"packet": nowhere.packet})
    (refused,) = await owned.packets.on_promotion_requested(asked)
    assert isinstance(refused, RequestRefused)


async def two_targets(owned: Owned) -> tuple[Alert, Alert]:
    await owned.receive(gaia("Gaia16aal"))
    await owned.receive(gaia("Gaia16aam", ra=121.0))
    one, other = await targets(owned)
    return one, other


def merger(ended: int, into: int) -> MergerRequested:
    return MergerRequested(
        request_id=REQUEST, alert_id=ended, into=into, observer=OBSERVER
    )


async def merged(owned: Owned, asked: MergerRequested) -> Sequence[Event]:
    return await on_merger_requested(
        asked, targets=owned.targets, observations=owned.observations
    )


async def test_merged_targets_are_one_with_all_points_and_names(owned: Owned) -> None:
    one, other = await two_targets(owned)
    at = TARGET.model_copy(update={"alert_id": one.id, "ivorn": one.ivorn})
    upload = solved(target=at, upload_id=uuid4(), frame_id=uuid4())
    await solved_for(owned, upload)
    said = await merged(owned, merger(one.id, other.id))
    again = await merged(owned, merger(one.id, other.id))
    assert said == again
    (point,) = [event for event in said if isinstance(event, ObservationRecorded)]
    assert (point.frame.target.alert_id, point.revision) == (other.id, 2)
    ended, kept = await targets(owned)
    assert (ended.status, ended.merged_into) == ("merged", other.id)
    assert kept.aliases == (one.ivorn,)
    assert set(kept.events) == {*one.events, *other.events}
    assert await owned.targets.named(one.ivorn) == kept
    late = solved(target=at, upload_id=uuid4(), frame_id=uuid4())
    stored = await solved_for(owned, late)
    assert stored.frame.target.alert_id == other.id


async def test_what_cannot_be_merged_is_refused(owned: Owned) -> None:
    one, other = await two_targets(owned)
    await merged(owned, merger(one.id, other.id))
    for ended, into in ((one.id, one.id), (other.id, one.id), (99, one.id)):
        (said,) = await merged(owned, merger(ended, into))
        assert isinstance(said, RequestRefused)


async def test_only_its_creator_or_an_administrator_retracts_a_target(
    owned: Owned,
) -> None:
    await owned.receive(gaia("Gaia16aan"))
    (alert,) = await targets(owned)
    asked = RetractionRequested(
        request_id=REQUEST,
        alert_id=alert.id,
        reason="a ghost",
        observer=Observer(id=9, name="Somebody"),
    )
    (refused,) = await on_retraction_requested(asked, targets=owned.targets)
    assert isinstance(refused, RequestRefused)
    asked = asked.model_copy(update={"administrator": True})
    (said,) = await on_retraction_requested(asked, targets=owned.targets)
    assert isinstance(said, AlertRevised)
    assert (said.alert.status, "a ghost" in said.alert.change) == ("retracted", True)


async def test_new_rules_show_what_they_would_change(
    owned: Owned, tmp_path: Path
) -> None:
    await owned.receive(gaia("Gaia16aao"))
    await owned.receive(gaia("Gaia16aap", ra=50.0, error=0.05))
    rules = tmp_path / "rules.toml"
    rules.write_text(OUR_RULES.replace("target_error = 10.0", "target_error = 400.0"))
    archive = Archive(owned.inbox, owned.targets)
    entries = [entry async for entry in owned.inbox.all()]
    assert len(entries) == 2
    told = [await changes(archive, read_rules(rules), one) for one in entries]
    assert told[0] == ""
    assert "candidate -> target" in told[1]
    same = [await changes(archive, read_rules(None), one) for one in entries]
    assert same == ["", ""]


@pytest.mark.skipif(not REAL.exists(), reason="the real packets are not here")
async def test_the_real_packets_make_the_targets_they_should(owned: Owned) -> None:
    counts: dict[str, int] = {}
    for path in sorted(REAL.glob("*/*.xml")):
        decided = await owned.decided(path.read_bytes())
        counts[decided.kind] = counts.get(decided.kind, 0) + 1
    names = {alert.ivorn for alert in await targets(owned)}
    assert {"ivo://Gaia16byl", "ivo://MOA-2016-BLG-526", "ivo://SWIFT-644259"} <= names
    assert counts["target"] == len(names)
    assert "quarantined" not in counts
    assert counts["candidate"] == 8 + 1
