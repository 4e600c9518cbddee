"""An image among the files that come: what its header tells, how it is drawn."""

import gzip
import io
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from services.gateway.actions.images import submitted_again
from services.gateway.actions.uploads import checked_upload
from services.gateway.domain.images import hints_of, image_in
from services.gateway.domain.pointing import pointing_of
from services.gateway.domain.refusal import RefusalError
from services.gateway.settings import Settings
from services.gateway.web.form import Form
from shared.contracts.gateway import ImageSubmitted, UploadSubmitted
from shared.kernel.fits_images import FitsImage
from shared.kernel.fits_layout import read_in
from tests.support.builders import ALERT, measured
from tests.support.desk import Office, sent
from tests.support.stores import OBSERVER

SHAPE = (64, 80)


def file(data: Any = None, **cards: Any) -> bytes:
    hdu = fits.PrimaryHDU(np.zeros(SHAPE, np.int16) if data is None else data)
    hdu.header.update({name.replace("__", "-"): it for name, it in cards.items()})
    content = io.BytesIO()
    hdu.writeto(content)
    return content.getvalue()


def table() -> bytes:
    columns = [fits.Column("MAG_AUTO", "E", array=[1.0])]
    content = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]).writeto(
        content
    )
    return content.getvalue()


def packed() -> bytes:
    content = io.BytesIO()
    image = fits.CompImageHDU(np.zeros(SHAPE, np.int16))
    fits.HDUList([fits.PrimaryHDU(), image]).writeto(content)
    return content.getvalue()


def seen(content: bytes, extension: str = "") -> FitsImage | None:
    return image_in(read_in(content), len(content), extension)


@pytest.mark.parametrize(
    "content", [file(), gzip.compress(file()), packed()], ids=["plain", "gzip", "fpack"]
)
def test_an_image_is_known_by_its_header(content: bytes) -> None:
    image = seen(content)
    assert image is not None
    assert (image.width, image.height) == (80, 64)


LISTS = {
    "empty": b"",
    "text": b"# 1 MAG",
    "table": table(),
    "text in gzip": gzip.compress(b"# 1 MAG"),
    "the beginning of FITS": b"SIMPLE  =",
    "the beginning of gzip": b"\x1f\x8b",
}


@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
def test_a_list_is_no_image(content: bytes) -> None:
    assert seen(content) is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (file()[:6000], "damaged or cut short"),
        (file(np.zeros((9, 64, 80), np.int16)), "a cube of 9 planes"),
        (file(np.zeros((8, 8), np.int16)), "32 × 32 are the least"),
    ],
)
def test_an_image_that_cannot_be_measured_is_refused_at_once(
    content: bytes, told: str
) -> None:
    with pytest.raises(RefusalError, match=told) as fault:
        seen(content)
    assert fault.value.status == 400


def image(**cards: str) -> FitsImage:
    return FitsImage(0, cards, (1000, 800))


@pytest.mark.parametrize(
    ("cards", "fields", "radius"),
    [
        ({}, {}, 0.35),
        ({"PIXSCALE": "1.0"}, {}, 0.4447),
        ({"PIXSCALE": "1.0"}, {"scale": "2"}, 0.8893),
        ({"CD1_1": "-0.0002", "CD2_2": "0.0002"}, {}, 0.3202),
        ({"CTYPE1": "RA---TAN", "CDELT1": "-0.0002", "CDELT2": "0.0002"}, {}, 0.3202),
        ({"XPIXSZ": "9", "FOCALLEN": "2000"}, {}, 0.4128),
        ({"PIXSCALE": "0.1"}, {}, 0.2),
        ({"PIXSCALE": "50"}, {}, 1.5),
    ],
)
def test_how_far_an_image_reaches_is_told_by_its_scale(
    cards: dict[str, str], fields: dict[str, str], radius: float
) -> None:
    assert hints_of(image(**cards), fields).radius == pytest.approx(radius, abs=1e-3)


@pytest.mark.parametrize(
    ("fields", "plane"),
    [
        ({}, 1),
        ({"usedFilter": "V"}, 1),
        ({"usedFilter": "R"}, 0),
        ({"usedFilter": "Blue"}, 2),
        ({"usedFilter": "V", "plane": "b"}, 2),
        ({"usedFilter": "Clear"}, 1),
        ({"usedFilter": "IRCUT"}, 1),
        ({"usedFilter": "UV/IR cut"}, 1),
        ({"usedFilter": "Johnson B"}, 2),
        ({"forceFilter": "APASS/B"}, 2),
        ({"forceFilter": "PS1/r", "usedFilter": "V"}, 0),
    ],
)
def test_the_plane_of_a_colour_image_follows_the_filter(
    fields: dict[str, str], plane: int
) -> None:
    assert hints_of(FitsImage(0, {}, (80, 64, 3)), fields).plane == plane
    assert hints_of(image(), fields).plane is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"scale": "0"}, "scale must be above 0"),
        ({"scale": "1000"}, "scale must be above 0 and at most 60"),
        ({"gain": "-3"}, "gain must be"),
        ({"saturation": "much"}, "saturation must be"),
        ({"plane": "x"}, "plane must be R, G or B"),
    ],
)
def test_a_hint_that_means_nothing_is_refused(
    fields: dict[str, str], told: str
) -> None:
    with pytest.raises(RefusalError, match=told):
        hints_of(FitsImage(0, {}, (80, 64, 3)), fields)


def test_where_an_image_points_is_read_in_several_ways() -> None:
    wcs = {"CTYPE1": "RA---TAN", "CRVAL1": "295.0", "CRVAL2": "30.1", "PIXSCALE": "1"}
    cone = pointing_of(image(**wcs))
    assert cone is not None
    assert (cone.ra, cone.dec) == (295.0, 30.1)
    assert cone.radius == pytest.approx(0.2134, abs=1e-3)
    hours = pointing_of(image(OBJCTRA="19 40 01.2", OBJCTDEC="+30 07 53"))
    assert hours is not None
    assert hours.ra == pytest.approx(295.005)
    assert hours.dec == pytest.approx(30.1314, abs=1e-3)
    assert pointing_of(image(RA="295.0", DEC="130")) is None
    assert pointing_of(image()) is None


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
