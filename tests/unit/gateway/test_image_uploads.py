"""An image among the files that are uploaded: its frame, its target, its bounds."""

import io

import numpy as np
import pytest
from astropy.io import fits

from services.gateway.actions.images import submitted_again
from services.gateway.actions.uploads import checked_upload
from services.gateway.domain.refusal import RefusalError
from services.gateway.settings import Settings
from services.gateway.web.form import Form
from shared.contracts.gateway import ImageSubmitted, UploadSubmitted
from tests.support.blank_images import SHAPE, file
from tests.support.builders import ALERT, measured
from tests.support.desk import Office, sent
from tests.support.stores import OBSERVER

FIELDS = {"EventID": ALERT.ivorn}
TIMES = {"MJD-OBS": 57737.79, "EXPTIME": 60.0}
TIMED = {"MJD__OBS": 57737.79, "EXPTIME": 60.0, "FILTER": "V"}


async def test_an_image_is_submitted_with_what_its_header_tells() -> None:
    office = Office()
    form = Form({**FIELDS, "gain": "1.5"}, sent(file(**TIMED), "a.fits"))
    event = await checked_upload(office.desk, OBSERVER, form)
    assert isinstance(event, ImageSubmitted)
    assert event.frame.mjd == pytest.approx(57737.79 + 30 / 86400)
    assert (event.frame.exposure_time, event.frame.filter) == (60.0, "V")
    assert (event.hints.width, event.hints.height, event.hints.gain) == (80, 64, 1.5)
    assert office.blobs.kept[event.blob] == file(**TIMED)


async def test_planes_of_a_colour_image_are_frames_of_their_own() -> None:
    office, content = Office(), file(np.zeros((3, 64, 80), np.int16), **TIMED)
    frames = set()
    for plane in "RGB":
        form = Form({**FIELDS, "plane": plane}, sent(content))
        frames.add((await checked_upload(office.desk, OBSERVER, form)).frame.frame_id)
    assert len(frames) == 3


async def test_an_image_is_one_frame_however_it_is_asked_for() -> None:
    content = io.BytesIO()
    large = fits.ImageHDU(np.zeros(SHAPE, np.int16), fits.Header(TIMES), "SCI")
    small = fits.ImageHDU(np.zeros((40, 40), np.int16), fits.Header(TIMES), "GUIDE")
    fits.HDUList([fits.PrimaryHDU(), large, small]).writeto(content)
    frames = {}
    for extension in ("", "1", "sci", "GUIDE"):
        form = Form({**FIELDS, "extension": extension}, sent(content.getvalue()))
        event = await checked_upload(Office().desk, OBSERVER, form)
        assert isinstance(event, ImageSubmitted)
        frames[extension] = event.frame.frame_id, event.hints.extension
    assert frames[""] == frames["1"] == frames["sci"]
    assert frames["GUIDE"][0] != frames[""][0]
    assert [frames[it][1] for it in ("", "GUIDE")] == ["1", "2"]


async def test_a_time_that_may_be_either_is_told_of() -> None:
    content = file(JD=2457738.29, EXPTIME=60.0)
    event = await checked_upload(Office().desk, OBSERVER, Form(FIELDS, sent(content)))
    assert event.frame.mjd == pytest.approx(57737.79)
    assert "taken for mid-exposure" in event.notes[0]


async def test_an_image_that_names_no_target_is_of_the_one_it_points_at() -> None:
    office = Office()
    office.targets.inside = [ALERT]
    wcs = {"CTYPE1": "RA---TAN", "CRVAL1": ALERT.ra, "CRVAL2": ALERT.dec}
    form = Form({}, sent(file(**TIMED, **wcs)))
    event = await checked_upload(office.desk, OBSERVER, form)
    assert event.frame.target.ivorn == ALERT.ivorn
    with pytest.raises(RefusalError, match="does not say where it points"):
        await checked_upload(office.desk, OBSERVER, Form({}, sent(file(**TIMED))))


async def test_a_server_without_images_says_so() -> None:
    office = Office(settings=Settings(images=False))
    with pytest.raises(RefusalError, match="star lists, no images") as fault:
        await checked_upload(office.desk, OBSERVER, Form(FIELDS, sent(file(**TIMED))))
    assert "FITS_LDAC" in fault.value.hint


@pytest.mark.parametrize(
    ("content", "told"),
    [(file(**TIMED), "The image is larger"), (b"# list" * 200, "The star list is")],
)
async def test_files_are_bounded_by_what_they_are(content: bytes, told: str) -> None:
    office = Office(settings=Settings(image_limit=5000, upload_limit=1000))
    with pytest.raises(RefusalError, match=told) as fault:
        await checked_upload(office.desk, OBSERVER, Form(FIELDS, sent(content)))
    assert fault.value.status == 413


async def test_a_measured_image_is_calibrated_again_from_its_list() -> None:
    office = Office()
    form = Form(FIELDS, sent(file(**TIMED), "a.fits"))
    event = await checked_upload(office.desk, OBSERVER, form)
    await office.jobs.submit(event.frame.upload_id, 2, event, office.publish)
    job = office.jobs.kept[event.frame.upload_id]
    assert await submitted_again(job, office.images) == event  # type: ignore[arg-type]
    told = measured(upload_id=event.frame.upload_id)
    await office.images.put(told)
    again = await submitted_again(job, office.images)  # type: ignore[arg-type]
    assert again == UploadSubmitted(
        frame=event.frame,
        blob=told.files.star_list,
        file_name="a.fits",
        forced=told.forced,
        notes=told.warnings,
    )
