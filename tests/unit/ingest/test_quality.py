"""What a file says against its stars, and on which chip they are."""

import gzip
import io

import numpy as np
import pytest
from astropy.io import fits

from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.quality import quality_of
from services.ingest.domain.read import read_catalogue
from shared.kernel.quality import Quality
from tests.support.catalogues import HEADER, ROWS

FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")


@pytest.mark.parametrize(
    ("flags", "marks"),
    [
        (0, Quality(0)),
        (2, Quality.CROWDED),
        (4, Quality.SATURATED),
        (7, Quality.SATURATED | Quality.CROWDED),
        (16, Quality.CUT_OFF),
        (np.nan, Quality(0)),
        (-1, Quality(0)),
        (1e30, Quality(0)),
    ],
)
def test_flags_become_marks(flags: float, marks: Quality) -> None:
    assert quality_of({"FLAGS": np.array([flags])}, 1).tolist() == [int(marks)]


@pytest.mark.parametrize(
    ("column", "values", "extended"),
    [
        ("CLASS_STAR", [0.98, 0.5, 0.02], [False, False, True]),
        ("SPREAD_MODEL", [0.0, 0.004, 0.02], [False, False, True]),
        ("FWHM_IMAGE", [3.0, 3.4, 9.0], [False, False, True]),
        ("FWHM_WORLD", [0.0, 0.0, 0.0], [False, False, False]),
        ("FWHM_IMAGE", [3.0, np.inf], [False, True]),
        ("FWHM_IMAGE", [3.0, *[np.inf] * 5], [False, *[True] * 5]),
        ("FWHM_IMAGE", [np.inf, np.nan], [False, False]),
    ],
)
def test_what_is_no_point_is_marked(
    column: str, values: list[float], extended: list[bool]
) -> None:
    marks = quality_of({column: np.array(values)}, len(values))
    assert (marks == Quality.EXTENDED).tolist() == extended


def test_flags_and_chips_of_a_text_are_read() -> None:
    header = HEADER + "#   5 FLAGS x\n#   6 EXT_NUMBER x\n"
    marks = ("0 1", "4 2", "-- 2")
    rows = zip(ROWS.splitlines(), marks, strict=True)
    text = header + "".join(f"{row} {mark}\n" for row, mark in rows)
    stars = read_catalogue(text.encode()).stars
    assert stars.quality.tolist() == [0, Quality.SATURATED, 0]
    assert stars.chip.tolist() == [1, 2, 2]


def chip(first: float, flags: int) -> fits.BinTableHDU:
    columns = [fits.Column(n, "E", array=first + np.arange(3) / 9) for n in FOUR]
    columns[1] = fits.Column(FOUR[1], "E", array=np.full(3, 0.1))
    columns.append(fits.Column("FLAGS", "I", array=np.full(3, flags)))
    return fits.BinTableHDU.from_columns(columns, name="LDAC_OBJECTS")


def content_of(*parts: fits.BinTableHDU) -> bytes:
    content = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), *parts]).writeto(content)
    return content.getvalue()


def test_each_table_of_a_mosaic_is_a_chip() -> None:
    stars = read_catalogue(content_of(chip(10, 0), chip(20, 4))).stars
    assert stars.chip.tolist() == [1, 1, 1, 2, 2, 2]
    assert stars.quality.tolist() == [0, 0, 0, 1, 1, 1]


def packed(method: str, values: dict[str, np.ndarray], tile: int) -> bytes:
    """Write a table as ``fpack -table`` does, each column of each tile for itself."""
    rows = len(next(iter(values.values())))
    heap, pointers = b"", []
    for start in range(0, rows, tile):
        for column in values.values():
            raw = column[start : start + tile].astype(">f8")
            plain = raw.tobytes()
            if method == "GZIP_2":
                plain = raw.view("u1").reshape(-1, 8).T.tobytes()
            part = plain if method == "NOCOMPRESS" else gzip.compress(plain)
            pointers += [len(part), len(heap)]
            heap += part
    table = np.array(pointers, ">i8").tobytes()
    tiles = -(-rows // tile)
    cards = {
        "XTENSION": "BINTABLE", "BITPIX": 8, "NAXIS": 2, "NAXIS1": 16 * len(values),
        "NAXIS2": tiles, "PCOUNT": len(heap), "GCOUNT": 1, "TFIELDS": len(values),
        "ZTABLE": True, "ZTILELEN": tile, "ZNAXIS1": 8 * len(values), "ZNAXIS2": rows,
    }  # fmt: skip
    for number, name in enumerate(values, start=1):
        cards |= {
            f"TTYPE{number}": name,
            f"TFORM{number}": "1QB(999)",
            f"ZFORM{number}": "D",
            f"ZCTYP{number}": method,
        }
    header = fits.Header(list(cards.items()))
    data = table + heap
    data += b"\0" * (-len(data) % 2880)
    primary = fits.PrimaryHDU().header.tostring()
    head: str = primary + header.tostring()
    return head.encode("latin-1") + data


VALUES = {
    "MAG_AUTO": np.linspace(-9, -5, 10),
    "MAGERR_AUTO": np.linspace(0.01, 0.1, 10),
    "ALPHA_J2000": np.linspace(10, 11, 10),
    "DELTA_J2000": np.linspace(20, 21, 10),
}


@pytest.mark.parametrize("method", ["GZIP_1", "GZIP_2", "NOCOMPRESS"])
@pytest.mark.parametrize("tile", [4, 10])
def test_a_table_of_fpack_is_unpacked(method: str, tile: int) -> None:
    stars = read_catalogue(packed(method, VALUES, tile)).stars
    np.testing.assert_array_equal(stars.mag, VALUES["MAG_AUTO"])
    np.testing.assert_array_equal(stars.dec, VALUES["DELTA_J2000"])


def test_a_damaged_or_swollen_table_of_fpack_is_refused() -> None:
    content = packed("GZIP_2", VALUES, 10)
    more, fewer = (f"ZNAXIS2 = {rows:20}".encode() for rows in (10, 3))
    bomb = content.replace(more, fewer)
    torn = content.replace(gzip.compress(b"")[:3], b"\0\0\0")
    unknown = content.replace(b"GZIP_2", b"RICE_1")
    for file, told in ((bomb, "damaged"), (torn, "damaged"), (unknown, "compressed")):
        with pytest.raises(UnreadableFileError, match=told):
            read_catalogue(file)
