"""What people see of an image: its stars, how it lies, its plate in words."""

import io

import pytest
from astropy.io import fits

from services.gateway.domain.joining import joined
from services.gateway.domain.overlay import Way, closeup, overlay
from services.gateway.domain.plates import as_fits, plate_in_words
from services.gateway.pages.images import image_shown
from services.gateway.pages.legacy import upload_answer
from shared.contracts.imager import ImageRejected
from tests.support.builders import RESIDUALS, UPLOAD, measured, recorded
from tests.support.every_event import every_event


def test_stars_are_drawn_with_the_first_row_below() -> None:
    stars = [(10.0, 5.0, "used", "a"), (90.0, 70.0, "left", "b")]
    drawn = overlay(
        (100, 80), stars, [(20.0, 6.0)], (50.0, 40.0, 2.0, 3.0), Way(2.0, 0.0, 1)
    )
    assert [(dot.x, dot.y) for dot in drawn.dots] == [(10.5, 74.5), (90.5, 9.5)]
    assert drawn.target is not None
    assert (drawn.target.x, drawn.target.y) == (50.5, 39.5)
    assert (drawn.target.radius, drawn.target.inner) == (2, 10.5)
    north, east = drawn.arrows
    assert north.y2 < north.y1
    assert north.x2 == pytest.approx(north.x1)
    assert east.x2 < east.x1
    assert drawn.bar is not None
    assert (drawn.bar.length, drawn.bar.label) == (15, "30 arcsec")
    near = closeup(drawn, 3.0)
    assert near is not None
    assert (near.width, near.dots) == (61, ())
    assert near.target is not None
    assert (near.target.x, near.target.y) == (30.5, 30.5)


@pytest.mark.parametrize(("up", "parity", "east"), [(90, 1, (0, -1)), (0, -1, (1, 0))])
def test_arrows_turn_with_the_image(
    up: float, parity: int, east: tuple[float, float]
) -> None:
    drawn = overlay((100, 100), [], [], None, Way(1.0, up, parity))
    arrow = next(one for one in drawn.arrows if one.name == "E")
    way = (arrow.x2 - arrow.x1) / 6, (arrow.y2 - arrow.y1) / 6
    assert way == pytest.approx(east, abs=1e-9)


def test_a_plate_is_told_in_words() -> None:
    told = plate_in_words("hinted", (47, 0.11, -96.5), (1024, 768), (0.9, 33.0, -1))
    assert told.startswith(
        "Solved anew, with the scale known: 47 stars agree within 0.11"
    )
    assert "15.4 × 11.5 arcmin" in told
    assert told.endswith("33.0 deg; mirrored.")


def test_the_stars_of_the_fit_stand_out_of_those_of_the_image() -> None:
    event = measured()
    shown = image_shown(event, RESIDUALS, UPLOAD)
    looks = {(dot.x, dot.look) for dot in shown["overlay"].dots}
    assert looks == {(101.0, "used"), (200.75, "full"), (8.0, "noise")}
    assert len(shown["overlay"].charted) == 1
    assert (shown["field"][1][1], shown["field"][0][0]) == ("3.15", "–")
    assert image_shown(None, None, UPLOAD) == {"image": None}


def test_what_was_seen_of_an_image_that_failed_is_shown() -> None:
    rejected = next(one for one in every_event() if isinstance(one, ImageRejected))
    shown = image_shown(rejected, None, UPLOAD)
    assert [dot.x for dot in shown["overlay"].dots] == [101.0]
    assert shown["closeup"] is None
    assert shown["plate_told"] is None


def test_the_answer_to_an_image_tells_more_than_that_to_a_list() -> None:
    point = recorded()
    told = upload_answer(point, "", measured())
    assert told["hfd"] == pytest.approx(3.15)
    assert told["limit"] == pytest.approx(-6.7 + point.zero_point.zero_point)
    assert told["plate"] == "hinted, 47 stars, 0.11 arcsec"
    assert upload_answer(point, "")["plate"] is None


def test_a_plates_header_is_a_fits_file() -> None:
    text = as_fits(b"CTYPE1  = 'RA---TAN'\nCRVAL1  = 295.0\nEND")
    header = fits.getheader(io.BytesIO(text))
    assert (header["CRVAL1"], header["NAXIS"], len(text)) == (295.0, 0, 2880)


def test_stars_are_joined_across_the_seam_of_the_sky() -> None:
    stars = [(359.99999, 10.0), (0.00001, 10.0), (180.0, 10.0)]
    others = [(0.0, 10.0), (0.00002, 10.0)]
    assert joined(stars, others, 2.0) == [0, 0, None]
    assert joined(stars, [], 2.0) == [None] * 3
