"""An image among the files that come: what its header tells."""

import gzip
import io

import numpy as np
import pytest
from astropy.io import fits

from services.gateway.domain.images import hints_of, image_in
from services.gateway.domain.pointing import pointing_of
from services.gateway.domain.refusal import RefusalError
from shared.kernel.fits_images import FitsImage
from shared.kernel.fits_layout import read_in
from tests.support.blank_images import SHAPE, file


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
