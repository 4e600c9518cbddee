"""FITS tables as they are; astropy is the judge of values."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.fits_table import read_fits

FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")
VALUES = np.array([1.0, 2.0, 30.0, 4.0])


def table(*columns: fits.Column, kind: Any = fits.BinTableHDU) -> bytes:
    written = BytesIO()
    hdus = [fits.PrimaryHDU(), kind.from_columns(list(columns))]
    fits.HDUList(hdus).writeto(written)
    return written.getvalue()


def four(form: str, **more: Any) -> list[fits.Column]:
    return [fits.Column(name, form, array=VALUES, **more) for name in FOUR]


@pytest.mark.parametrize("form", ["B", "I", "J", "K", "E", "D"])
def test_numbers_of_every_binary_format_are_read(form: str) -> None:
    stars, _ = read_fits(table(*four(form)))
    np.testing.assert_array_equal(stars.mag, VALUES)
    np.testing.assert_array_equal(stars.dec, VALUES)


def test_scaled_and_missing_integers_are_what_their_header_says() -> None:
    columns = four("D")
    columns[0] = fits.Column(
        "MAG_AUTO", "I", array=np.array([-999, 100, 200, 300]), null=-999
    )
    content = table(*columns)
    scaled = content.replace(
        b"TNULL1  =                 -999",
        b"TNULL1  =                 -999",
    )
    stars, _ = read_fits(scaled)
    np.testing.assert_array_equal(stars.mag, [np.nan, 100, 200, 300])
    unsigned = fits.Column("MAG_AUTO", "I", bzero=32768, array=VALUES.astype("u2"))
    stars, _ = read_fits(table(unsigned, *columns[1:]))
    np.testing.assert_array_equal(stars.mag, VALUES)


def test_a_vector_gives_its_first_element() -> None:
    columns = four("D")
    vector = np.arange(12.0).reshape(4, 3)
    columns[0] = fits.Column("MAG_AUTO", "3D", array=vector)
    stars, _ = read_fits(table(*columns))
    np.testing.assert_array_equal(stars.mag, vector[:, 0])


def test_numbers_written_as_text_are_read() -> None:
    columns = four("D")
    texts = np.array(["1.5", " 2.5 ", "1D1", ""])
    columns[0] = fits.Column("MAG_AUTO", "8A", array=texts)
    stars, _ = read_fits(table(*columns))
    np.testing.assert_array_equal(stars.mag, [1.5, 2.5, 10.0, np.nan])


def chips(*tables: list[fits.Column], name: str = "") -> bytes:
    written = BytesIO()
    hdus = [fits.BinTableHDU.from_columns(columns, name=name) for columns in tables]
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(written)
    return written.getvalue()


@pytest.mark.parametrize("name", ["LDAC_OBJECTS", ""])
def test_the_chips_of_a_mosaic_are_one_image(name: str) -> None:
    fewer = [fits.Column(one.name, "D", array=VALUES[:2]) for one in four("D")]
    stars, columns = read_fits(chips(four("D"), fewer, name=name))
    np.testing.assert_array_equal(stars.mag, [*VALUES, *VALUES[:2]])
    assert columns.warnings == ("2 tables are read as one image.",)


def test_a_longer_table_without_the_columns_hides_nothing() -> None:
    other = [fits.Column("CHI2", "D", array=np.zeros(100))]
    for order in ([other, four("D")], [four("D"), other]):
        stars, columns = read_fits(chips(*order))
        np.testing.assert_array_equal(stars.mag, VALUES)
        assert columns.warnings == ()


@pytest.mark.parametrize(
    ("unit", "degrees"),
    [("deg", 1.0), ("rad", 180 / np.pi), ("hourangle", 15.0), ("arcsec", 1 / 3600)],
)
def test_positions_in_other_units_become_degrees(unit: str, degrees: float) -> None:
    columns = four("D")
    columns[2] = fits.Column("ALPHA_J2000", "D", array=VALUES, unit=unit)
    stars, _ = read_fits(table(*columns))
    np.testing.assert_allclose(stars.ra, VALUES * degrees)
    np.testing.assert_array_equal(stars.dec, VALUES)


def test_positions_that_are_no_degrees_are_named() -> None:
    columns = four("D")
    columns[2] = fits.Column("ALPHA_J2000", "D", array=VALUES, unit="pixel")
    with pytest.raises(UnreadableFileError, match="ALPHA_J2000 is in pixel"):
        read_fits(table(*columns))


def test_positions_in_sixties_are_hours_and_degrees() -> None:
    columns = four("D")
    columns[2] = fits.Column("ALPHA_J2000", "12A", array=np.array(["09:01:22.5"] * 4))
    columns[3] = fits.Column("DELTA_J2000", "12A", array=np.array(["-09:30:00"] * 4))
    stars, _ = read_fits(table(*columns))
    np.testing.assert_allclose(stars.ra, 135.34375)
    np.testing.assert_allclose(stars.dec, -9.5)


def test_texts_that_stand_for_no_number_are_none() -> None:
    columns = four("D")
    texts = np.array(["1.5", "INDEF", "--", "****"])
    columns[0] = fits.Column("MAG_AUTO", "8A", array=texts)
    stars, _ = read_fits(table(*columns))
    np.testing.assert_array_equal(stars.mag, [1.5, np.nan, np.nan, np.nan])


def test_one_row_of_arrays_is_refused() -> None:
    columns = [fits.Column(n, "50D", array=np.zeros((1, 50))) for n in FOUR]
    with pytest.raises(UnreadableFileError, match="one row holds arrays"):
        read_fits(table(*columns))


@pytest.mark.parametrize("form", ["E15.7", "F12.5", "D25.17", "I9"])
def test_text_tables_are_read(form: str) -> None:
    stars, _ = read_fits(table(*four(form, ascii=True), kind=fits.TableHDU))
    np.testing.assert_allclose(stars.mag, VALUES)


FORMS = st.sampled_from(
    ["L", "B", "I", "J", "K", "E", "D", "5A", "3E", "9X", "C", "2M"]
)


@given(st.lists(FORMS, max_size=6), st.permutations(range(4)))
def test_other_columns_between_move_nothing(
    others: Sequence[str], order: Sequence[int]
) -> None:
    columns: list[fits.Column] = []
    for place, which in enumerate(order):
        values = VALUES + which
        if place < len(others):
            columns.append(fits.Column(f"X{place}", others[place]))
        columns.append(fits.Column(FOUR[which], "E", array=values))
    content = table(*columns)
    stars, _ = read_fits(content)
    with fits.open(BytesIO(content)) as hdus:
        judged = hdus[1].data
        for name, mine in zip(
            FOUR, (stars.mag, stars.mag_err, stars.ra, stars.dec), strict=True
        ):
            np.testing.assert_array_equal(mine, judged[name].astype(np.float64))
