from io import BytesIO

import numpy as np
import pytest
from astropy.io import fits

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import read_catalogue
from tests.support.catalogues import HEADER, HOSTILE, ROWS, ascii_head, fits_table

FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")


def test_ascii_head_gives_the_numbers_of_the_file() -> None:
    stars = read_catalogue(ascii_head()).stars
    np.testing.assert_array_equal(stars.mag, [-6.3513, -6.1380, -8.3667])
    np.testing.assert_array_equal(stars.mag_err, [0.0404, 0.0490, 0.0067])
    np.testing.assert_array_equal(stars.ra, [135.3687564, 135.3367728, 135.4314955])
    np.testing.assert_array_equal(stars.dec, [49.7240155, 49.7274980, -49.7257655])


def test_columns_stand_in_any_order_with_others_and_vectors_between() -> None:
    header = (
        "# 1 NUMBER number\n# 2 DELTA_J2000 dec [deg]\n# 3 MAG_APER vector [mag]\n"
        "# 6 MAG_AUTO mag [mag]\n# 7 ALPHA_J2000 ra [deg]\n# 8 MAGERR_AUTO err\n"
    )
    rows = "1 -5.5 1 2 3 -7.25 10.5 0.01\n2 +6.5 1 2 3 -8.25 11.5 2.0e-02\n"
    stars = read_catalogue(ascii_head(header, rows)).stars
    np.testing.assert_array_equal(stars.mag, [-7.25, -8.25])
    np.testing.assert_array_equal(stars.mag_err, [0.01, 0.02])
    np.testing.assert_array_equal(stars.ra, [10.5, 11.5])
    np.testing.assert_array_equal(stars.dec, [-5.5, 6.5])


@pytest.mark.parametrize(
    "content",
    [
        ascii_head().replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + ascii_head(),
        ascii_head() + b"\n\n# the end\n",
        ascii_head().replace(b"MAG_AUTO", b"mag_auto"),
    ],
    ids=["crlf", "byte order mark", "blank lines", "lower case"],
)
def test_harmless_variants_read_alike(content: bytes) -> None:
    reading = read_catalogue(content)
    np.testing.assert_array_equal(
        reading.stars.mag, read_catalogue(ascii_head()).stars.mag
    )
    assert reading.warnings == ()


def test_tabs_are_read_with_a_warning() -> None:
    reading = read_catalogue(ascii_head(rows=ROWS.replace("   ", "\t")))
    assert len(reading.stars) == 3
    assert "tabs" in reading.warnings[0]


def test_other_positions_stand_in_and_are_reported() -> None:
    header = HEADER.replace("ALPHA_J2000", "X_WORLD").replace("DELTA_J2000", "Y_WORLD")
    reading = read_catalogue(ascii_head(header))
    assert reading.warnings == ("Positions are taken from X_WORLD and Y_WORLD.",)
    assert len(reading.stars) == 3


@pytest.mark.parametrize(
    "row",
    [
        " 99.0000  99.0000 135.3 +49.7",
        "-7.0 1.5 135.3 +49.7",
        "-7.0 -0.1 135.3 +49.7",
        "nan 0.1 135.3 +49.7",
        "inf 0.1 135.3 +49.7",
        "-7.0 0.1 135.3 +91.0",
        "-7.0 0.1 1353 +49.7",
    ],
)
def test_rows_that_mean_nothing_are_dropped_and_counted(row: str) -> None:
    reading = read_catalogue(ascii_head(rows=ROWS + row + "\n"))
    assert len(reading.stars) == 3
    assert reading.rows_dropped == 1
    assert reading.warnings == ("1 rows without a usable measurement are left out.",)


def test_right_ascension_comes_back_within_a_full_circle() -> None:
    rows = "-7 0.1 -0.5 1.0\n-7 0.1 360.0 1.0\n-7 0.1 -1e-14 1.0\n"
    ra = read_catalogue(ascii_head(rows=rows)).stars.ra
    np.testing.assert_allclose(ra[0], 359.5)
    assert ((ra >= 0) & (ra < 360)).all()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_short_sentence(name: str) -> None:
    with pytest.raises(UnreadableFileError) as fault:
        read_catalogue(HOSTILE[name])
    assert 10 < len(str(fault.value)) <= 100
    assert str(fault.value).endswith((".", "…"))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnreadableFileError, match="Column MAGERR_AUTO is missing"):
        read_catalogue(ascii_head(HEADER.replace("MAGERR_AUTO", "FLUX_AUTO")))


def test_the_row_that_does_not_parse_is_named() -> None:
    with pytest.raises(UnreadableFileError, match="Line 6: oops is no number for MAGE"):
        read_catalogue(HOSTILE["word in a number"])


def test_a_short_row_is_named() -> None:
    with pytest.raises(UnreadableFileError, match="Line 7 has 3 columns, 4 are exp"):
        read_catalogue(HOSTILE["truncated"])


@pytest.mark.parametrize("ldac", [False, True], ids=["table", "LDAC"])
def test_fits_tables_are_read(ldac: bool) -> None:  # noqa: FBT001
    stars = read_catalogue(fits_table(FOUR, ldac=ldac)).stars
    np.testing.assert_allclose(stars.mag, np.linspace(1, 2, 7))
    np.testing.assert_allclose(stars.mag_err, np.linspace(0.2, 0.4, 7))


def test_a_fits_table_without_a_column_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="Column DELTA_J2000 is missing"):
        read_catalogue(fits_table((*FOUR[:3], "DELTA_1950")))


def test_a_fits_file_cut_anywhere_is_read_or_refused() -> None:
    content = fits_table(FOUR, ldac=True)
    for length in range(9, len(content), 977):
        try:
            assert len(read_catalogue(content[:length]).stars) == 7
        except UnreadableFileError as fault:
            assert len(str(fault)) <= 100  # noqa: PT017


def test_an_image_is_refused() -> None:
    written = BytesIO()
    fits.PrimaryHDU(np.zeros((20, 20))).writeto(written)
    with pytest.raises(UnreadableFileError, match="no table"):
        read_catalogue(written.getvalue())


def test_a_fits_file_damaged_anywhere_is_read_or_refused() -> None:
    rng = np.random.default_rng(1)
    whole = fits_table(FOUR)
    for _ in range(300):
        content = bytearray(whole)
        for place in rng.integers(9, 5760, 3):
            content[place] = rng.integers(32, 127)
        try:
            read_catalogue(bytes(content))
        except UnreadableFileError as fault:
            assert len(str(fault)) <= 100  # noqa: PT017


def test_a_form_feed_does_not_hide_a_row() -> None:
    with pytest.raises(UnreadableFileError, match="Line 6"):
        read_catalogue(ascii_head(rows=ROWS.replace("\n -6.1", "\n x\f -6.1", 1)))


@pytest.mark.parametrize(
    "word",
    ["INDEF", "NULL", "None", "n/a", "--", "****", "nan(0x7)", "1.#INF", "-1.#IND00"],
)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_what_stands_for_no_number_is_a_row_left_out(word: str, place: int) -> None:
    row = ["-7.0", "0.1", "135.3", "+49.7"]
    row[place] = word
    reading = read_catalogue(ascii_head(rows=ROWS + " ".join(row) + "\n"))
    assert (len(reading.stars), reading.rows_dropped) == (3, 1)


@pytest.mark.parametrize("word", ["1_000", "0x1p3", "7,5", "INDEX", "-7.0*"])
def test_other_words_are_named(word: str) -> None:
    row = f"{word} 0.1 135.3 +49.7\n"
    with pytest.raises(UnreadableFileError, match="Line 8"):
        read_catalogue(ascii_head(rows=ROWS + row))


@pytest.mark.parametrize(
    ("written", "meant"), [("361.5", 1.5), ("-0.5", 359.5), ("719", 359), ("-360", 0)]
)
def test_right_ascension_is_an_angle(written: str, meant: float) -> None:
    stars = read_catalogue(ascii_head(rows=f"-7 0.1 {written} 1.0\n")).stars
    np.testing.assert_allclose(stars.ra, [meant], atol=1e-12)


def test_a_magnitude_and_an_error_of_0_are_no_measurement() -> None:
    rows = "0.0000 0.0000 135.3 1.0\n-7.0 0.0000 135.4 1.0\n0.0000 0.01 135.5 1.0\n"
    stars = read_catalogue(ascii_head(rows=rows)).stars
    np.testing.assert_array_equal(stars.ra, [135.4, 135.5])


def test_columns_numbered_from_0_are_read_and_told() -> None:
    header = "".join(f"# {at} {name}\n" for at, name in enumerate(FOUR))
    reading = read_catalogue(ascii_head(header))
    np.testing.assert_array_equal(
        reading.stars.mag, read_catalogue(ascii_head()).stars.mag
    )
    assert "from 0" in reading.warnings[0]


def test_the_exact_name_wins_and_doubles_are_told() -> None:
    rows = "-3 -7 0.1 135.3 1.0\n"
    names = ("MAG_AUTO-RAW", *FOUR)
    header = "".join(f"# {at} {name}\n" for at, name in enumerate(names, start=1))
    reading = read_catalogue(ascii_head(header, rows))
    np.testing.assert_array_equal(reading.stars.mag, [-7])
    assert reading.warnings == ()
    twice = header.replace("-RAW", "")
    reading = read_catalogue(ascii_head(twice, rows))
    assert reading.warnings == ("MAG_AUTO stands twice: the first is read.",)


@pytest.mark.parametrize(
    "pair",
    [("ALPHAMODEL_J2000", "DELTAMODEL_J2000"), ("XPEAK_WORLD", "YPEAK_WORLD")],
)
def test_every_position_of_sextractor_stands_in(pair: tuple[str, str]) -> None:
    header = HEADER.replace("ALPHA_J2000", pair[0]).replace("DELTA_J2000", pair[1])
    reading = read_catalogue(ascii_head(header))
    assert reading.warnings == (f"Positions are taken from {pair[0]} and {pair[1]}.",)


def test_another_magnitude_stands_in_with_a_note() -> None:
    reading = read_catalogue(ascii_head(HEADER.replace("_AUTO", "_ISO")))
    assert reading.warnings == ("MAG_AUTO is missing: magnitudes are MAG_ISO.",)


def test_a_last_row_cut_within_its_number_is_left_out() -> None:
    whole = ascii_head(rows="-7.001 0.1 135.3 1.0000\n-7.002 0.1 135.4 1.0000\n")
    assert len(read_catalogue(whole.rstrip(b"\n")).stars) == 2
    cut = read_catalogue(whole.rstrip(b"\n")[:-3])
    np.testing.assert_array_equal(cut.stars.mag, [-7.001])
    assert "cut short" in cut.warnings[0]


def test_doubles_that_are_not_read_are_not_told() -> None:
    header = HEADER + "# 90 X\n# 91 X\n"
    assert read_catalogue(ascii_head(header)).warnings == ()
