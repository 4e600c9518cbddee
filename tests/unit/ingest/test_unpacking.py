"""Packed files: read as they are within, in bounded memory."""

import bz2
import gzip
import io
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from services.ingest.domain import unpacking
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.read import read_catalogue
from tests.support.catalogues import ascii_head, fits_table


def zipped(*contents: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("night")
        for number, content in enumerate(contents):
            archive.writestr(f"night/{number}.cat", content)
        archive.writestr("__MACOSX/night/._0.cat", b"x")
    return written.getvalue()


FOUR = ("MAG_AUTO", "MAGERR_AUTO", "ALPHA_J2000", "DELTA_J2000")
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zip": zipped,
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("content", [ascii_head(), fits_table(FOUR)])
def test_a_packed_catalogue_is_read(packer: str, content: bytes) -> None:
    packed, plain = read_catalogue(PACKERS[packer](content)), read_catalogue(content)
    np.testing.assert_array_equal(packed.stars.mag, plain.stars.mag)
    assert packed.warnings[0] == f"The file was packed with {packer}."


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read(order: str) -> None:
    content = ("\ufeff" + ascii_head().decode()).encode(order)
    reading = read_catalogue(content)
    assert len(reading.stars) == 3
    assert reading.warnings == ("The file is text in UTF-16.",)


@pytest.mark.parametrize("packer", PACKERS)
def test_a_bomb_is_refused(packer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_MOST_BYTES", 10_000)
    with pytest.raises(UnreadableFileError, match="Unpacked, the file has more"):
        read_catalogue(PACKERS[packer](b" " * 10_001))


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("end", [4, 30, -9])
def test_a_packed_file_cut_short_is_refused(packer: str, end: int) -> None:
    with pytest.raises(UnreadableFileError, match="damaged or cut short"):
        read_catalogue(PACKERS[packer](ascii_head())[:end])


@pytest.mark.parametrize("count", [0, 2])
def test_a_zip_of_other_than_one_file_is_refused(count: int) -> None:
    with pytest.raises(UnreadableFileError, match=f"holds {count} files, not one"):
        read_catalogue(zipped(*[ascii_head()] * count))
