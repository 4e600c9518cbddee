"""Targets promoted, merged and retracted by people; rules tried by the operator."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from services.alerts.admin.replay import changes
from services.alerts.handlers.targets import (
    on_merger_requested,
    on_retraction_requested,
)
from services.alerts.reading import read_packet
from services.alerts.rulebook import read_rules
from services.alerts.store.archive import Archive
from shared.contracts.alerts import (
    Alert,
    AlertCreated,
    AlertRevised,
    ObservationRecorded,
    RequestRefused,
)
from shared.contracts.base import Event
from shared.contracts.gateway import (
    MergerRequested,
    PromotionRequested,
    RetractionRequested,
)
from shared.contracts.values import Observer
from tests.support.alerts import Owned, cite, gaia, packet_of
from tests.support.builders import OBSERVER, REQUEST, TARGET, solved

OUR_RULES = Path("services/alerts/rules.toml").read_text("utf-8")
REAL = Path(__file__).parents[2].parent / "shared/data/voevents"


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
    one, other = await owned.all_targets()
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
    await owned.record(upload)
    said = await merged(owned, merger(one.id, other.id))
    again = await merged(owned, merger(one.id, other.id))
    assert said == again
    (point,) = [event for event in said if isinstance(event, ObservationRecorded)]
    assert (point.frame.target.alert_id, point.revision) == (other.id, 2)
    ended, kept = await owned.all_targets()
    assert (ended.status, ended.merged_into) == ("merged", other.id)
    assert kept.aliases == (one.ivorn,)
    assert set(kept.events) == {*one.events, *other.events}
    assert await owned.targets.named(one.ivorn) == kept
    late = solved(target=at, upload_id=uuid4(), frame_id=uuid4())
    stored = await owned.record(late)
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
    (alert,) = await owned.all_targets()
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
    told = [
        await changes(archive, read_rules(rules), read_packet, one) for one in entries
    ]
    assert told[0] == ""
    assert "candidate -> target" in told[1]
    same = [await changes(archive, read_rules(None), read_packet, x) for x in entries]
    assert same == ["", ""]
