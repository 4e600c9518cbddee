"""FITS tables as they are and as they mean harm; astropy is the judge of values."""

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
from services.ingest.domain.read import read_catalogue

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
    texts = np.array(["09:01:22.5"] * 4)
    columns[2] = fits.Column("ALPHA_J2000", "12A", array=texts)
    with pytest.raises(UnreadableFileError, match="sexagesimal"):
        read_fits(table(*columns))


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


def card(name: str, value: object) -> bytes:
    return f"{name:<8}= {value!s:>20}".ljust(80).encode()


def header(*cards: tuple[str, object], kind: str = "") -> bytes:
    first = card("XTENSION", f"'{kind}'") if kind else card("SIMPLE", "T")
    text = first + b"".join(card(*one) for one in cards) + b"END".ljust(80)
    return text.ljust(-(-len(text) // 2880) * 2880)


PRIMARY = header(("BITPIX", 8), ("NAXIS", 0))


def promising(
    form: str, width: int, rows: int, data: bytes = b"", **more: object
) -> bytes:
    cards: list[tuple[str, object]] = [
        ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", rows),
        ("PCOUNT", 0), ("GCOUNT", 1), ("TFIELDS", 4), *more.items(),
    ]  # fmt: skip
    for number, name in enumerate(FOUR, start=1):
        cards += [(f"TTYPE{number}", f"'{name}'"), (f"TFORM{number}", f"'{form}'")]
    return PRIMARY + header(*cards, kind="BINTABLE") + data


HARMFUL = {
    "rows of no width": promising("0E", 0, 10**12),
    "more rows than there are": promising("E", 16, 10**12, bytes(160)),
    "rows beyond any image": promising("E", 16, 600_000, bytes(16 * 600_000)),
    "negative rows": promising("E", 16, -5),
    "no number of rows": promising("E", 16, 5).replace(b"    5", b"  abc"),
    "rows too wide": promising("300000E", 4_800_000, 1, bytes(4_800_000)),
    "wider than its columns": promising("E", 20, 5, bytes(100)),
    "variable length": promising("1PD(9)", 32, 5, bytes(160)),
    "complex numbers": promising("C", 32, 5, bytes(160)),
    "bits": promising("8X", 4, 5, bytes(20)),
    "no format": promising("@", 16, 5, bytes(80)),
    "compressed": promising("E", 16, 5, bytes(80), ZTABLE="T"),
    "many axes": header(("BITPIX", 8), ("NAXIS", 99999)),
    "huge axes": header(
        ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", 10**9), ("NAXIS2", 10**9)
    ),
    "many parts": PRIMARY
    + header(("BITPIX", 8), ("NAXIS", 0), ("PCOUNT", 0), ("GCOUNT", 1), kind="IMAGE")
    * 600,
    "many columns": promising("E", 16, 5, bytes(80)).replace(
        card("TFIELDS", 4), card("TFIELDS", 5000)
    ),
    "no end": PRIMARY.replace(b"END", b"AND"),
    "words": promising("4A", 16, 1, b"abcd" * 4),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_header_that_promises_harm_is_refused_unread(name: str) -> None:
    with pytest.raises(UnreadableFileError) as fault:
        read_catalogue(HARMFUL[name])
    assert 10 < len(str(fault.value)) <= 100


WORDS = [
    "NAXIS",
    "NAXIS1",
    "NAXIS2",
    "PCOUNT",
    "GCOUNT",
    "BITPIX",
    "TFIELDS",
    "TFORM1",
    "TTYPE1",
    "TSCAL1",
    "TZERO1",
    "TNULL1",
]
NUMBERS = [
    "0",
    "-1",
    "3.5",
    "T",
    "'x'",
    "1E400",
    "99999999999999",
    "'0E'",
    "'1QD'",
    "NaN",
    "1D3",
]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(WORDS),
            st.sampled_from(NUMBERS),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_header_changed_anywhere_is_read_or_refused(
    changes: list[tuple[int, str, str]],
) -> None:
    content = bytearray(promising("E", 16, 4, bytes(64)))
    for place, word, value in changes:
        start = (36 + place) * 80  # a card of the table's header
        content[start : start + 80] = card(word, value)
    try:
        read_catalogue(bytes(content))
    except UnreadableFileError as fault:
        assert len(str(fault)) <= 100  # noqa: PT017
