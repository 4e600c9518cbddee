"""An image is measured from end to end, and what cannot be is told in a sentence."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from services.imager.domain.lists import StarRows, as_ascii_head, as_ldac, plate_header
from services.imager.domain.measure import Order, Seen, look_at
from services.imager.domain.plate.plane import off_plane
from services.imager.domain.plate.polynomial import Plate
from services.imager.report import files_of, told_of
from services.ingest.domain.read import read_catalogue
from stack.exposure import Camera
from tests.support.images import CAMERA, frame
from tests.support.server import DEC, RA, SKY

MAG = SKY.magnitude("r")
ORDER = Order(
    "TT Tri",
    (RA, DEC),
    (SKY.ra[np.argsort(MAG)], SKY.dec[np.argsort(MAG)]),
    survey="APASS",
)
TRUE = {
    "CTYPE1": "RA---TAN",
    "CTYPE2": "DEC--TAN",
    "CRVAL1": RA + 0.01,
    "CRVAL2": DEC - 0.012,
    "CRPIX1": 450.5,
    "CRPIX2": 400.5,
    "CD1_1": -0.7 / 3600 * np.cos(np.radians(40)),
    "CD1_2": 0.7 / 3600 * np.sin(np.radians(40)),
    "CD2_1": 0.7 / 3600 * np.sin(np.radians(40)),
    "CD2_2": 0.7 / 3600 * np.cos(np.radians(40)),
}


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Seen]:
    def seen(content: bytes, order: Order = ORDER) -> Seen:
        path = tmp_path / "image.fits"
        path.write_bytes(content)
        return look_at(path, order)

    return seen


Look = Callable[..., Seen]


def test_an_image_is_solved_and_the_target_measured(look: Look) -> None:
    seen = look(frame(1, 15.0))
    assert seen.fault is None
    assert (seen.stage, seen.how) == ("target", "hinted")
    assert seen.solution is not None
    assert seen.forced is not None
    assert seen.solution.matched > 40
    assert seen.forced.snr > 50
    told = told_of(seen, ORDER)
    assert told["plate"]["scale"] == pytest.approx(0.7, rel=1e-3)
    assert told["plate"]["up"] == pytest.approx(40, abs=0.1)
    assert told["plate"]["parity"] == 1
    assert told["quality"]["stars"] > 40
    assert len(told["quality"]["growth"]) == 6
    assert told["notes"] == []


def test_the_star_at_the_targets_place_is_the_target(look: Look) -> None:
    seen = look(frame(2, 15.0))
    parts = files_of(seen, ORDER)
    ra, dec = np.frombuffer(parts["ra"]), np.frombuffer(parts["dec"])
    away = 3600 * np.hypot((ra - RA) * np.cos(np.radians(DEC)), dec - DEC)
    assert away.min() < 0.1


@pytest.mark.parametrize(
    ("cards", "how"),
    [
        (TRUE, "header"),
        ({**TRUE, "CRVAL1": RA + 0.3}, "hinted"),
        ({**TRUE, "CD1_1": 0.0, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.0}, "hinted"),
        ({**TRUE, "CRVAL1": str(RA + 0.01)}, "header"),
        ({**TRUE, "CTYPE1": ""}, "hinted"),
        ({**TRUE, "CTYPE1": "DEC---TAN"}, "hinted"),
        ({"PIXSCALE": 0.7}, "hinted"),
        ({"PIXSCALE": 3.0}, "blind"),
        ({"PIXSCALE": "unknown"}, "blind"),
        ({"PIXSCALE": "", "XPIXSZ": 3.76, "FOCALLEN": 1108.0}, "hinted"),
    ],
)
def test_a_header_is_believed_where_stars_confirm_it(
    cards: dict[str, Any], how: str, look: Look
) -> None:
    seen = look(frame(3, 15.0, **cards))
    assert seen.fault is None
    assert seen.how == how
    assert seen.solution is not None
    assert seen.solution.plate.scale == pytest.approx(0.7, rel=1e-3)


def test_wrong_positions_of_a_header_are_told(look: Look) -> None:
    seen = look(frame(4, 15.0, **{**TRUE, "CRVAL1": RA + 0.1}))
    assert seen.header_off == pytest.approx(
        0.09 * 3600 * np.cos(np.radians(DEC)), rel=0.05
    )
    assert "wrong by 4.7 arcmin: solved anew" in seen.notes[0]


@pytest.mark.parametrize("mirrored", [False, True])
def test_either_parity_is_solved(look: Look, *, mirrored: bool) -> None:
    camera = replace(CAMERA, mirrored=mirrored, turned=200.0)
    seen = look(frame(5, 15.0, camera=camera))
    assert seen.solution is not None
    assert seen.solution.plate.parity == (-1 if mirrored else 1)
    assert seen.solution.plate.up == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize(
    ("content", "order", "stage", "told"),
    [
        (
            lambda: frame(6, off=(0.15, 0.0)),
            ORDER,
            "target",
            r"TT Tri lies \d+ arcsec beyond",
        ),
        (lambda: frame(7, 8.0), ORDER, "target", r"TT Tri is saturated \(\d+,\d+\)"),
        (
            lambda: frame(8),
            replace(ORDER, chart=(np.empty(0), np.empty(0)), lacking=("GAIA",)),
            "plate",
            "No survey has stars here yet",
        ),
        (
            lambda: frame(9),
            replace(ORDER, chart=(ORDER.chart[0] + 0.3, ORDER.chart[1] - 0.3)),
            "plate",
            r"No plate solution: \d+ stars found, 120 of APASS around",
        ),
        (
            lambda: frame(10, camera=Camera(width=100, height=100, scale=0.7)),
            ORDER,
            "plate",
            r"Only \d stars were found: a plate solution needs 6",
        ),
    ],
)
def test_what_cannot_be_measured_is_told(
    content: Callable[[], bytes], order: Order, stage: str, told: str, look: Look
) -> None:
    seen = look(content(), order)
    assert seen.fault is not None
    assert seen.stage == stage
    assert re.search(told, str(seen.fault))
    assert seen.fault.hint
    assert files_of(seen, order)["preview"].startswith(b"RIFF")
    assert told_of(seen, order)["quality"]["hfd"] > 1


def test_a_target_that_is_not_there_has_a_limit(look: Look) -> None:
    seen = look(frame(11, None))
    assert seen.forced is not None
    told = told_of(seen, ORDER)["forced"]
    assert told["snr"] < 3
    assert told["limit"] < -5


def test_the_lists_of_an_image_are_read_as_they_were_written() -> None:
    rng = np.random.default_rng(1)
    quality = np.array([0, 1, 2, 4, 8, 16, 1 | 16, 2 | 4], dtype=np.intp)
    x, y, ra, dec, mag, err = rng.uniform(0.01, 0.9, (6, 8))
    rows = StarRows(x, y, ra, dec, mag, err, quality)
    header = plate_header(
        Plate(np.array([0, 460j, -460]), 512 + 512j, 512), (10.0, 20.0), (1024, 1024)
    )
    for content in (as_ldac(rows, header), as_ascii_head(rows)):
        stars = read_catalogue(content).stars
        assert stars.mag == pytest.approx(rows.mag, abs=1e-5)
        assert stars.ra == pytest.approx(rows.ra, abs=1e-8)
        assert stars.quality.tolist() == quality.tolist()


def test_a_list_in_fits_loses_nothing() -> None:
    x, y, ra, dec, mag, err = np.random.default_rng(2).uniform(0.01, 0.9, (6, 50))
    rows = StarRows(x, y, ra, dec, mag, err, np.zeros(50, np.intp))
    stars = read_catalogue(as_ldac(rows, "END")).stars
    assert (stars.mag == rows.mag).all()
    assert (stars.dec == rows.dec).all()


def test_the_plates_header_means_the_same_to_astropy() -> None:
    terms = np.array([3, 460j, 0.5, 0.2, -461, 0.3j, 0.4, -0.5, 0.1, 0.2j], complex)
    plate = Plate(terms, 511.5 + 383.5j, 512)
    header = fits.Header.fromstring(
        plate_header(plate, (10.0, 20.0), (1024, 768)), sep="\n"
    )
    x, y = np.array([0.0, 1023.0, 500.0]), np.array([0.0, 700.0, 383.0])
    ra, dec = WCS(header).all_pix2world(x, y, 0)
    own = off_plane(plate.on_plane(x + 1j * y), (10.0, 20.0))
    assert ra == pytest.approx(own[0], abs=1e-9)
    assert dec == pytest.approx(own[1], abs=1e-9)


@pytest.mark.parametrize(
    ("filling", "kind", "taken_off"),
    [
        (0.0, np.float32, 0),
        (np.nan, np.float32, 0),
        (-1.0, np.int16, 0),
        (0.0, np.float32, 500),
        (-1e3, np.float32, 500),
    ],
)
def test_the_empty_border_of_a_mosaic_is_no_sky(
    filling: float, kind: type, taken_off: int, look: Look
) -> None:
    with fits.open(io.BytesIO(frame(12, 15.0))) as file:
        data = file[0].data.astype(float) - taken_off
        header = file[0].header.copy()
    rows, columns = np.indices(data.shape)
    data[(rows + columns / 2 < 260) | (rows - columns > 600)] = filling
    content = io.BytesIO()
    fits.PrimaryHDU(data.astype(kind), header).writeto(content)
    seen = look(content.getvalue())
    assert seen.fault is None
    assert seen.sources is not None
    assert seen.forced is not None
    assert len(seen.sources) < 160
    whole = look(frame(12, 15.0)).forced
    assert whole is not None
    assert seen.forced.snr == pytest.approx(whole.snr, rel=0.25)


@pytest.mark.parametrize(("radius", "filling"), [(40, 0.0), (150, 0.0), (3, np.nan)])
def test_a_target_without_pixels_has_no_magnitude(
    radius: int, filling: float, look: Look
) -> None:
    place = look(frame(13, 15.0)).forced
    assert place is not None
    with fits.open(io.BytesIO(frame(13, 15.0))) as file:
        data = file[0].data.astype(np.float32) - 500
        header = file[0].header.copy()
    rows, columns = np.indices(data.shape)
    data[np.hypot(columns - place.x, rows - place.y) < radius] = filling
    content = io.BytesIO()
    fits.PrimaryHDU(data, header).writeto(content)
    seen = look(content.getvalue())
    assert "of the pixels at TT Tri are not usable" in str(seen.fault)


def test_a_star_that_is_half_masked_is_refused(look: Look) -> None:
    place = look(frame(14, 15.0)).forced
    assert place is not None
    with fits.open(io.BytesIO(frame(14, 15.0))) as file:
        data, header = file[0].data.astype(np.float32), file[0].header.copy()
    data[:, : round(place.x)] = np.nan
    content = io.BytesIO()
    fits.PrimaryHDU(data, header).writeto(content)
    assert "are not usable" in str(look(content.getvalue()).fault)


def test_a_defocused_target_is_as_bright_as_its_star(look: Look) -> None:
    camera = Camera(width=900, height=800, scale=0.7, fwhm=16.0, turned=40.0)
    seen = look(frame(15, 13.5, camera=camera))
    assert seen.forced is not None
    assert seen.stars is not None
    star = np.argmin(
        np.hypot(seen.stars.x - seen.forced.x, seen.stars.y - seen.forced.y)
    )
    assert seen.forced.flux == pytest.approx(seen.stars.flux[star], rel=0.05)
