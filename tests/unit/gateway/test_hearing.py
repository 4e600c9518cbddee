"""What the gateway does with the events it hears."""

from collections.abc import Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from services.gateway.domain.happening import Happening
from services.gateway.handlers import images, shown, uploads
from shared.contracts.alerts import (
    AlertCreated,
    ObservationDeleted,
    ObservationRecorded,
    PacketDecided,
)
from shared.contracts.base import Event
from shared.contracts.calibrator import CalibrationFailed, CalibrationSolved
from shared.contracts.catalog import PlaceCharted, SurveysMatched
from shared.contracts.gateway import UploadSubmitted
from shared.contracts.imager import ImageRejected
from shared.contracts.ingest import UploadParsed
from shared.messaging.topology import queue_name
from shared.messaging.transport import DeadLetter, Envelope
from tests.support.builders import ALERT, UPLOAD, frame, measured, recorded
from tests.support.every_event import every_event
from tests.support.stores import Images, Jobs, View

SUBMITTED = UploadSubmitted(frame=frame(), blob="ab" * 32, file_name="image.cat")


def example(kind: type[Event]) -> Any:
    return next(one for one in every_event() if isinstance(one, kind))


class Feed:
    """As ``FeedStore``: what happened, in a list."""

    def __init__(self) -> None:
        self.told: list[Happening] = []

    async def tell(self, happening: Happening) -> None:
        self.told.append(happening)

    async def tell_many(self, happenings: Sequence[Happening]) -> None:
        self.told.extend(happenings)


@pytest.fixture
async def jobs() -> Jobs:
    async def say(*_: object, **__: object) -> None:
        return None

    kept = Jobs()
    await kept.submit(UPLOAD, 2, SUBMITTED, say)
    return kept


def hear(handler: Any, event: Event | Sequence[Event], **stores: Any) -> Any:
    return handler(event, **{name: cast("Any", one) for name, one in stores.items()})


async def test_a_stored_point_is_shown_told_and_ends_its_job(jobs: Jobs) -> None:
    view, feed, point = View(), Feed(), recorded()
    await hear(shown.on_observation_recorded, point, view=view, jobs=jobs, feed=feed)
    assert view.points == [point]
    (told,) = feed.told
    assert (told.id, told.kind) == ("observation:61376:1", "observation")
    job = jobs.kept[UPLOAD]
    assert (job.state, job.answer) == ("done", point)
    assert job.stages[0][:2] == ("stored", "observation 61376")


async def test_a_dry_run_is_answered_and_nothing_else(jobs: Jobs) -> None:
    view, feed = View(), Feed()
    dry = recorded(stored=False, observation_id=None)
    await hear(shown.on_observation_recorded, dry, view=view, jobs=jobs, feed=feed)
    assert (view.points, feed.told) == ([], [])
    assert jobs.kept[UPLOAD].answer == dry


async def test_a_point_put_back_answers_whoever_asked(jobs: Jobs) -> None:
    request = uuid4()
    jobs.kept[request] = jobs.kept[UPLOAD]
    point = recorded(request_id=request)
    await hear(
        shown.on_observation_recorded, point, view=View(), jobs=jobs, feed=Feed()
    )
    assert jobs.kept[request].answer == point


async def test_a_deletion_hides_the_point(jobs: Jobs) -> None:
    view, feed = View(), Feed()
    gone = ObservationDeleted(
        observation_id=7, alert_id=1, revision=2, request_id=UPLOAD
    )
    await hear(shown.on_observation_deleted, gone, view=view, jobs=jobs, feed=feed)
    assert view.dropped == [7]
    assert feed.told[0].id == "deletion:7:2"
    assert jobs.kept[UPLOAD].answer == gone


async def test_a_target_is_shown_and_answers_whoever_entered_it(jobs: Jobs) -> None:
    view, feed = View(), Feed()
    created = AlertCreated(alert=ALERT, request_id=UPLOAD)
    await hear(shown.on_alerts, [created], view=view, jobs=jobs, feed=feed)
    assert view.alerts[-1] == ALERT
    assert feed.told[0].id == f"target:{ALERT.id}:{ALERT.revision}"
    assert jobs.kept[UPLOAD].answer == created


async def test_a_failed_calibration_says_why_and_keeps_its_fits(jobs: Jobs) -> None:
    failed = example(CalibrationFailed)
    await hear(uploads.on_upload_refused, failed, jobs=jobs)
    job = jobs.kept[failed.frame.upload_id]
    assert (job.state, job.message, job.answer) == ("refused", failed.message, failed)


@pytest.mark.parametrize(
    ("handler", "kind", "stage"),
    [
        (uploads.on_upload_parsed, UploadParsed, "parsed"),
        (uploads.on_surveys_matched, SurveysMatched, "matched"),
        (uploads.on_calibration_solved, CalibrationSolved, "solved"),
    ],
)
async def test_stages_are_shown_as_they_are_reached(
    jobs: Jobs, handler: Any, kind: type[Event], stage: str
) -> None:
    kept: list[Event] = []
    expected: list[Event] = []

    async def put(event: Event) -> None:
        assert jobs.kept[UPLOAD].stages
        kept.append(event)

    def expect(event: Event) -> nullcontext[None]:
        expected.append(event)
        return nullcontext()

    reports = SimpleNamespace(put=put, expected=expect)
    stores = {"jobs": jobs} | ({} if stage == "parsed" else {"reports": reports})
    await hear(handler, example(kind), **stores)
    assert [one[0] for one in jobs.kept[UPLOAD].stages] == [stage]
    assert jobs.kept[UPLOAD].state == "waiting"
    assert kept == expected
    assert len(kept) == (stage != "parsed")


async def test_a_decided_packet_is_told_without_its_bytes(jobs: Jobs) -> None:
    kept: list[PacketDecided] = []
    feed = Feed()

    async def put_many(decided: Sequence[PacketDecided]) -> None:
        kept.extend(decided)

    decided = example(PacketDecided).model_copy(update={"request_id": UPLOAD})
    await hear(
        shown.on_packets_decided,
        [decided],
        packets=SimpleNamespace(put_many=put_many),
        jobs=jobs,
        feed=feed,
    )
    assert kept == [decided]
    assert feed.told[0].content["content"] == ""
    answer = jobs.kept[UPLOAD].answer
    assert isinstance(answer, PacketDecided)
    assert answer.content == ""


def letter(queue: str, reason: str) -> DeadLetter:
    return DeadLetter(
        queue, Envelope.of(SUBMITTED, id=uuid4(), correlation_id=UPLOAD), reason
    )


INGEST = queue_name("ingest", UploadSubmitted)


async def test_a_dead_letter_ends_its_job_for_the_time_being(jobs: Jobs) -> None:
    await uploads.on_dead_letter(
        letter(INGEST, "ValueError: x"), jobs=cast("Any", jobs)
    )
    job = jobs.kept[UPLOAD]
    assert (job.state, job.stalled) == ("refused", True)
    assert job.message == "Not finished: the operator has been told."
    point = recorded()
    await hear(
        shown.on_observation_recorded, point, view=View(), jobs=jobs, feed=Feed()
    )
    assert jobs.kept[UPLOAD].state == "done"


async def test_what_is_too_large_is_refused_for_good(jobs: Jobs) -> None:
    too_large = letter(INGEST, "too large: upload.parsed.v1 of 200000000 bytes")
    await uploads.on_dead_letter(too_large, jobs=cast("Any", jobs))
    job = jobs.kept[UPLOAD]
    assert (job.state, job.stalled) == ("refused", False)
    assert "too much" in job.message


@pytest.mark.parametrize("kind", [UploadParsed, SurveysMatched, CalibrationSolved])
async def test_a_page_that_is_poorer_stalls_no_job(
    jobs: Jobs, kind: type[Event]
) -> None:
    queue = queue_name("gateway", kind)
    await uploads.on_dead_letter(letter(queue, "x"), jobs=cast("Any", jobs))
    assert jobs.kept[UPLOAD].state == "waiting"


async def test_a_point_that_nobody_could_show_stalls_its_job(jobs: Jobs) -> None:
    queue = queue_name("gateway", ObservationRecorded)
    await uploads.on_dead_letter(letter(queue, "x"), jobs=cast("Any", jobs))
    assert jobs.kept[UPLOAD].stalled


async def test_what_is_seen_on_an_image_is_kept_and_its_way_is_shown(
    jobs: Jobs,
) -> None:
    kept = Images()
    charted, seen = example(PlaceCharted), measured()
    assert await hear(images.on_place_charted, charted, jobs=jobs) == []
    assert await hear(images.on_image_measured, seen, jobs=jobs, images=kept) == []
    told = {name: about for name, about, _ in jobs.kept[UPLOAD].stages}
    assert told == {
        "charted": "GAIA 2 stars",
        "measured": "2 stars, HFD 3.1 arcsec, plate from 47 stars, 0.11 arcsec",
    }
    assert kept.kept == {UPLOAD: seen}


async def test_an_image_that_fails_ends_its_job_and_is_kept(jobs: Jobs) -> None:
    kept, event = Images(), example(ImageRejected)
    assert await hear(images.on_image_rejected, event, jobs=jobs, images=kept) == []
    job = jobs.kept[UPLOAD]
    assert (job.state, job.message) == ("refused", event.message)
    assert kept.kept == {UPLOAD: event}
