"""An upload from the form to the event, without anything else running."""

import asyncio

import pytest

from services.gateway.actions.jobs import ask
from services.gateway.actions.recalibration import recalibrate_own
from services.gateway.actions.uploads import calibrated, checked_upload
from services.gateway.actions.whatif import calibrate_otherwise
from services.gateway.domain.refusal import RefusalError
from services.gateway.web.form import Form
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.contracts.base import Event
from shared.contracts.gateway import FieldRequested, UploadSubmitted
from shared.contracts.ingest import Cap, FieldLocated
from tests.support.builders import ALERT, recorded
from tests.support.catalogues import ascii_head
from tests.support.desk import Office, Refusal, sent
from tests.support.stores import OBSERVER, observer

FIELDS = {"EventID": ALERT.ivorn, "MJD": "57737.79", "expTime": "90"}
FORM = Form(FIELDS, sent(ascii_head(), "image.cat"))


def done(event: UploadSubmitted) -> Event:
    return recorded(frame=event.frame, stored=not event.frame.dry_run)


async def test_a_checked_upload_is_kept_and_tells_of_its_frame() -> None:
    office = Office()
    event = await checked_upload(office.desk, OBSERVER, FORM)
    assert office.blobs.kept[event.blob] == FORM.content
    assert event.file_name == "image.cat"
    frame = event.frame
    assert (frame.observer.id, frame.target.alert_id) == (OBSERVER.id, ALERT.id)
    assert (frame.mjd, frame.exposure_time, frame.dry_run) == (57737.79, 90.0, False)
    again = await checked_upload(office.desk, OBSERVER, FORM)
    assert again.frame.frame_id == frame.frame_id
    assert again.frame.upload_id != frame.upload_id


@pytest.mark.parametrize(
    ("change", "content", "status", "told"),
    [
        ({"EventID": "ivo://Nowhere"}, b"x", 404, "There is no target ivo://Nowhere"),
        ({"EventID": "x" * 500}, b"x", 400, "EventID is too long"),
        ({"MJD": "2457737.5"}, b"x", 400, "subtract 2400000.5"),
        ({"MJD": "99999"}, b"x", 400, "lies in the future"),
        ({"forceFilter": "r"}, b"x", 400, "forceFilter must be"),
        ({}, b"", 400, "sexCat is missing or empty"),
    ],
)
async def test_a_wrong_upload_is_refused_in_a_sentence(
    change: dict[str, str], content: bytes, status: int, told: str
) -> None:
    office = Office()
    with pytest.raises(RefusalError, match=told) as fault:
        await checked_upload(
            office.desk, OBSERVER, Form(FIELDS | change, sent(content))
        )
    assert fault.value.status == status
    assert office.said == []


def located(event: Event) -> Event | None:
    if not isinstance(event, FieldRequested):
        return None
    cap = Cap(ra=ALERT.ra, dec=ALERT.dec, radius=0.2)
    return FieldLocated(request_id=event.request_id, cap=cap)


async def test_a_catalogue_that_names_no_target_is_of_the_one_it_shows() -> None:
    office = Office(located)
    office.targets.inside = [ALERT]
    unnamed = Form(FIELDS | {"EventID": " "}, sent(b"x"))
    event = await checked_upload(office.desk, OBSERVER, unnamed)
    assert event.frame.target.ivorn == ALERT.ivorn


@pytest.mark.parametrize(
    ("inside", "status", "told"),
    [
        ([], 404, "no target lies in this image"),
        ([ALERT, ALERT.model_copy(update={"id": 7})], 409, "several targets lie"),
    ],
)
async def test_without_a_name_no_or_many_targets_are_told(
    inside: list[Alert], status: int, told: str
) -> None:
    office = Office(located)
    office.targets.inside = inside
    unnamed = Form(FIELDS | {"EventID": ""}, sent(b"x"))
    with pytest.raises(RefusalError, match=told) as fault:
        await checked_upload(office.desk, OBSERVER, unnamed)
    assert fault.value.status == status
    assert ("ivo://" in fault.value.hint) == bool(inside)


async def test_points_of_the_same_night_tell_the_targets_colour() -> None:
    office = Office()
    g, r = recorded(), recorded()
    blue = g.zero_point.model_copy(update={"band": "g"})
    near = g.frame.model_copy(update={"mjd": 57737.7})
    mag = g.magnitude.model_copy(update={"mag": 15.5})
    office.view.points = [
        g.model_copy(update={"zero_point": blue, "frame": near, "magnitude": mag}),
        r.model_copy(update={"frame": near}),
    ]
    event = await checked_upload(office.desk, OBSERVER, FORM)
    (colour,) = event.frame.colours
    assert (colour.name, colour.source) == ("g-r", "the same night")
    assert colour.value == pytest.approx(15.5 - r.magnitude.mag)


async def test_who_uploads_while_no_place_is_free_is_told_when_to_come() -> None:
    office = Office()
    async with office.desk.keeping.taken():
        with pytest.raises(RefusalError, match="busy") as fault:
            await checked_upload(office.desk, OBSERVER, FORM)
    assert (fault.value.status, fault.value.wait) == (503, 5)
    assert office.blobs.kept == {}


async def test_where_many_wait_the_answer_is_a_link_sooner() -> None:
    office = Office()
    event = await checked_upload(office.desk, OBSERVER, FORM)
    settings = office.desk.settings
    assert (await calibrated(office.desk, event)).state == "waiting"
    async with office.desk.answering.taken():
        assert (await calibrated(office.desk, event)).state == "waiting"
    waits = [settings.answer_timeout, settings.busy_timeout]
    assert office.jobs.patience == waits


async def test_an_upload_is_answered_by_its_magnitude() -> None:
    office = Office(done)
    event = await checked_upload(office.desk, OBSERVER, FORM)
    job = await calibrated(office.desk, event)
    assert isinstance(job.answer, ObservationRecorded)
    assert job.answer.frame == event.frame


async def test_a_refusal_and_a_stalled_job_have_their_own_status() -> None:
    office = Office(lambda _: Refusal("Too few stars.", "Upload all"))
    event = await checked_upload(office.desk, OBSERVER, FORM)
    with pytest.raises(RefusalError, match="Too few stars") as fault:
        await calibrated(office.desk, event)
    assert (fault.value.status, fault.value.hint) == (422, "Upload all")

    office = Office()
    number = event.frame.upload_id
    office.answering = lambda _: None
    await office.jobs.submit(number, 2, event, office.publish)
    await office.jobs.stall(number, "Not finished: the operator has been told.", "")
    office.jobs.submit = _nothing  # type: ignore[method-assign, assignment]
    with pytest.raises(RefusalError, match="Not finished") as fault:
        await ask(office.desk, number, 2, event)
    assert fault.value.status == 503


async def _nothing(*_: object) -> None:
    return None


async def test_a_silent_broker_refuses_and_the_job_says_so() -> None:
    office = Office()

    async def silent(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    settings = office.desk.settings.model_copy(update={"publish_timeout": 0.01})
    office.publish = silent  # type: ignore[method-assign]
    office.desk = office._desk(settings)
    event = await checked_upload(office.desk, OBSERVER, FORM)
    with pytest.raises(RefusalError, match="cannot take this now") as fault:
        await calibrated(office.desk, event)
    assert fault.value.status == 503
    assert office.jobs.kept[event.frame.upload_id].state == "refused"


async def uploaded(office: Office) -> UploadSubmitted:
    event = await checked_upload(office.desk, OBSERVER, FORM)
    assert isinstance(event, UploadSubmitted)
    job = await calibrated(office.desk, event)
    assert isinstance(job.answer, ObservationRecorded)
    office.view.points.append(job.answer)
    return event


@pytest.mark.parametrize(("keep", "dry"), [("", True), ("1", False)])
async def test_what_if_is_a_dry_run_unless_it_is_to_be_kept(
    keep: str, *, dry: bool
) -> None:
    office = Office(done)
    event = await uploaded(office)
    fields = {
        "upload": str(event.frame.upload_id),
        "forceFilter": "APASS/V",
        "matchDist": "4",
        "keep": keep,
    }
    before, after = await calibrate_otherwise(office.desk, OBSERVER, fields)
    assert before.id == event.frame.upload_id
    assert isinstance(after.request, UploadSubmitted)
    frame = after.request.frame
    assert (frame.dry_run, frame.match_radius) == (dry, 4.0)
    assert (frame.choice.survey, frame.choice.band) == ("APASS", "V")
    assert frame.frame_id == event.frame.frame_id


@pytest.mark.parametrize(
    ("upload", "who", "status"),
    [
        ("no number", OBSERVER, 400),
        ("11111111-1111-4111-8111-111111111111", OBSERVER, 404),
        ("", observer(number=9), 403),
    ],
)
async def test_what_if_is_asked_of_ones_own_calibrated_upload(
    upload: str, who: object, status: int
) -> None:
    office = Office(done)
    event = await uploaded(office)
    fields = {"upload": upload or str(event.frame.upload_id)}
    with pytest.raises(RefusalError) as fault:
        await calibrate_otherwise(office.desk, who, fields)  # type: ignore[arg-type]
    assert fault.value.status == status


async def test_ones_own_points_are_calibrated_anew() -> None:
    office = Office(done)
    event = await uploaded(office)
    (job,) = await recalibrate_own(office.desk, OBSERVER, {"EventID": ALERT.ivorn})
    again = office.said[-1]
    assert isinstance(again, UploadSubmitted)
    assert (again.blob, again.frame.upload_id) == (event.blob, job)
    assert again.frame.recalibration
    with pytest.raises(RefusalError, match="no such observation"):
        await recalibrate_own(office.desk, observer(number=9), {"EventID": ALERT.ivorn})


async def test_a_point_whose_upload_is_gone_stays_as_it_is() -> None:
    office = Office(done)
    await uploaded(office)
    office.jobs.kept.clear()
    assert await recalibrate_own(office.desk, OBSERVER, {"followupid": "61376"}) == [
        None
    ]
