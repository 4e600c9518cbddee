"""Targets, points, packets: what observers can have done."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from services.gateway.actions import (
    dead_letters,
    packets,
    points,
    stars,
    targets,
)
from services.gateway.actions.colour_terms import forget_colour_terms
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import Role
from shared.contracts.alerts import AlertCreated, AlertRevised, ObservationDeleted
from shared.contracts.base import Event
from shared.contracts.gateway import (
    AlertRequested,
    ColourResetRequested,
    MergerRequested,
    PacketSubmitted,
    PromotionRequested,
    RestorationRequested,
    RetractionRequested,
)
from shared.messaging.transport import Envelope, Failed
from tests.support.builders import ALERT
from tests.support.desk import Office, Refusal
from tests.support.every_event import every_event
from tests.support.stores import OBSERVER, observer

OTHER = ALERT.model_copy(update={"id": 7, "ivorn": "ivo://Other"})
PLACE = {"EventID": "ivo://New", "ra": "10", "dec": "-5"}
ADMINISTRATOR = observer(Role.ADMINISTRATOR, 1)


def example(kind: type[Event]) -> Any:
    return next(one for one in every_event() if isinstance(one, kind))


@pytest.mark.parametrize("name", [ALERT.id, ALERT.ivorn, "Gaia16aye"])
async def test_a_target_is_known_by_number_and_name(name: str | int) -> None:
    assert await targets.known_target(Office().desk, name) == ALERT


async def test_a_new_target_is_asked_for_in_its_observers_name() -> None:
    office = Office(lambda _: AlertCreated(alert=ALERT))
    entered = await targets.enter_target(office.desk, OBSERVER, PLACE)
    (event,) = office.said
    assert isinstance(event, AlertRequested)
    assert (event.ivorn, event.ra, event.dec) == (entered.name, 10.0, -5.0)
    assert (event.observer.id, event.administrator) == (OBSERVER.id, False)
    assert entered.job.answer == AlertCreated(alert=ALERT)
    assert (entered.before, entered.near, entered.moved) == (None, None, None)


async def test_a_name_that_stands_elsewhere_is_moved_only_with_a_word() -> None:
    moved = ALERT.model_copy(update={"ra": 10.0, "dec": -5.0})
    office = Office(lambda _: AlertRevised(alert=moved))
    again = PLACE | {"EventID": ALERT.ivorn}
    with pytest.raises(RefusalError, match="stands at") as fault:
        await targets.enter_target(office.desk, OBSERVER, again, may_move=False)
    assert (fault.value.status, office.said) == (409, [])
    entered = await targets.enter_target(office.desk, OBSERVER, again)
    assert entered.moved == (ALERT, moved)


async def test_another_target_at_the_same_place_is_told() -> None:
    office = Office(lambda _: AlertCreated(alert=ALERT))
    office.targets.inside = [OTHER]
    entered = await targets.enter_target(office.desk, OBSERVER, PLACE)
    assert entered.near == OTHER


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ra": "361"}, "ra must be between"),
        ({"dec": "x"}, "dec must be a number"),
        ({"ra": "24:00:00"}, "ra must be between"),
        ({"url": "javascript:1"}, "url must begin"),
        ({"EventID": "ivo://a\u200bb"}, "hidden character"),
    ],
)
async def test_a_wrong_target_is_refused(change: dict[str, str], told: str) -> None:
    with pytest.raises(RefusalError, match=told):
        await targets.enter_target(Office().desk, OBSERVER, PLACE | change)


@pytest.mark.parametrize("who", [OBSERVER, ADMINISTRATOR])
async def test_a_correction_says_whether_the_administrator_asks(who: Any) -> None:
    office = Office(lambda _: AlertCreated(alert=ALERT))
    fields = {"id": str(ALERT.id), "ra": "1", "dec": "2", "classification": "SN Ia"}
    await targets.correct_target(office.desk, who, fields)
    (event,) = office.said
    assert isinstance(event, AlertRequested)
    assert (event.ivorn, event.classification) == (ALERT.ivorn, "SN Ia")
    assert event.administrator is who.administers


async def test_a_retraction_needs_a_reason_and_a_merger_two_targets() -> None:
    office = Office()
    office.view.alerts.append(OTHER)
    with pytest.raises(RefusalError, match="reason is missing"):
        await targets.retract_target(office.desk, OBSERVER, {"id": str(ALERT.id)})
    fields = {"id": str(ALERT.id), "reason": "a meteor", "into": "7"}
    await targets.retract_target(office.desk, OBSERVER, fields)
    await targets.merge_targets(office.desk, ADMINISTRATOR, fields)
    retraction, merger = office.said
    assert isinstance(retraction, RetractionRequested)
    assert retraction.reason == "a meteor"
    assert isinstance(merger, MergerRequested)
    assert (merger.alert_id, merger.into) == (ALERT.id, 7)


@pytest.mark.parametrize(("number", "status"), [("x", 400), ("99", 404), ("", 400)])
async def test_a_target_that_is_not_there_is_not_changed(
    number: str, status: int
) -> None:
    office = Office()
    with pytest.raises(RefusalError) as fault:
        await targets.retract_target(
            office.desk, OBSERVER, {"id": number, "reason": "x"}
        )
    assert fault.value.status == status
    assert office.said == []


async def test_points_are_deleted_and_put_back_in_their_observers_name() -> None:
    deleted = ObservationDeleted(observation_id=7, alert_id=1, revision=2)
    office = Office(lambda _: deleted)
    job = await points.delete_point(office.desk, OBSERVER, 7)
    assert (job.state, job.answer) == ("done", deleted)
    await points.restore_point(office.desk, OBSERVER, 7)
    restored = office.said[-1]
    assert isinstance(restored, RestorationRequested)
    assert (restored.observation_id, restored.observer.id) == (7, OBSERVER.id)


async def test_somebody_elses_point_is_not_deleted() -> None:
    office = Office(lambda _: Refusal("Only its observer may delete it."))
    with pytest.raises(RefusalError, match="Only its observer") as fault:
        await points.delete_point(office.desk, OBSERVER, 7)
    assert fault.value.status == 422


async def test_colour_terms_are_forgotten_of_a_survey() -> None:
    office = Office()
    await forget_colour_terms(office.desk, OBSERVER, {"survey": "APASS"})
    (event,) = office.said
    assert isinstance(event, ColourResetRequested)
    assert (event.survey, event.band) == ("APASS", None)


async def test_a_packet_is_kept_before_it_is_told_of() -> None:
    office = Office()
    assert await packets.submit_packet(office.desk, OBSERVER, b"<x/>") is None
    (event,) = office.said
    assert isinstance(event, PacketSubmitted)
    assert office.blobs.kept[event.blob] == b"<x/>"
    with pytest.raises(RefusalError, match="Send the packet"):
        await packets.submit_packet(office.desk, OBSERVER, b"")


async def test_only_a_packet_that_is_there_is_promoted() -> None:
    office = Office()

    async def find(packet: str) -> object:
        return SimpleNamespace() if packet == "a" * 64 else None

    office.packets.find = find
    await packets.promote(office.desk, ADMINISTRATOR, "a" * 64)
    (event,) = office.said
    assert isinstance(event, PromotionRequested)
    with pytest.raises(RefusalError, match="no such packet"):
        await packets.promote(office.desk, ADMINISTRATOR, "b" * 64)


async def test_catalogues_that_do_not_answer_are_unavailable() -> None:
    with pytest.raises(RefusalError, match="do not answer") as fault:
        await stars.served_cone(Office().desk, "any", 1.0, 2.0, 0.1)
    assert fault.value.status == 503
    with pytest.raises(RefusalError, match="name of a catalogue"):
        stars.survey_name("APASS; DROP")


async def test_a_replayed_dead_letter_lets_its_job_wait_again() -> None:
    office = Office()
    job, event = uuid4(), example(AlertRequested)
    await office.jobs.submit(job, 2, event, office.publish)
    await office.jobs.stall(job, "Not finished.", "")
    envelope = Envelope.of(event, id=uuid4(), correlation_id=job)

    async def fail(_: object) -> Failed:
        return Failed("never")

    await office.broker.consume("alerts.alert.requested.v1", fail)
    await office.broker.publish(envelope)
    await office.broker.work()
    assert await dead_letters.replay(office.desk, envelope.id) == 1
    assert office.jobs.kept[job].state == "waiting"
    await office.broker.work()
    assert await dead_letters.drop(office.desk, envelope.id) == 1
    assert await dead_letters.replay(office.desk, uuid4()) == 0
