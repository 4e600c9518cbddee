"""The files that are made of an image mean the same to those who read them."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from services.imager.domain.lists import StarRows, as_ascii_head, as_ldac, plate_header
from services.imager.domain.plate.plane import off_plane
from services.imager.domain.plate.polynomial import Plate
from services.ingest.domain.read import read_catalogue


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
