"""The pixels of an image, out of whatever file; hostile files end in a sentence."""

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from services.imager.domain.faults import UnusableImageError
from services.imager.domain.measure import look_at
from services.imager.domain.order import Order
from services.imager.domain.pixels import Pixels, read_pixels
from services.imager.job import job_of
from services.imager.work import measure
from shared.kernel.fits_images import chosen_image, images_of
from shared.kernel.fits_layout import parts_of, read_in
from shared.kernel.sentence import RefusedError
from shared.parcel import opened

RNG = np.random.default_rng(1)
SKY = RNG.normal(500, 20, (64, 80))
ORDER = Order("Gaia16aye", (10.0, 20.0), (np.empty(0), np.empty(0)))


def file(data: Any, kind: Any = fits.PrimaryHDU, **cards: Any) -> bytes:
    hdu = kind(data) if kind is fits.PrimaryHDU else kind(data, name="SCI")
    hdu.header.update(cards)
    whole = [hdu] if kind is fits.PrimaryHDU else [fits.PrimaryHDU(), hdu]
    content = io.BytesIO()
    fits.HDUList(whole).writeto(content)
    return content.getvalue()


def pixels_of(
    content: bytes, folder: Path, plane: int | None = None, extension: str = ""
) -> Pixels:
    path = folder / "image.fits"
    path.write_bytes(content)
    image = chosen_image(images_of(parts_of(read_in(content))), extension)
    return read_pixels(path, image, plane)


@pytest.mark.parametrize(
    "kind", [np.uint16, np.int16, np.int32, np.float32, np.float64]
)
def test_every_kind_of_number_is_read(kind: type, tmp_path: Path) -> None:
    data: Any = np.asarray(SKY, dtype=kind)
    found = pixels_of(file(data), tmp_path)
    assert found.values.dtype == np.float32
    assert found.values == pytest.approx(data.astype(np.float32))
    assert (found.width, found.height) == (80, 64)
    assert not found.unusable.any()


def test_an_extension_and_a_packed_image_are_read(tmp_path: Path) -> None:
    data = SKY.astype(np.int16)
    for kind in (fits.ImageHDU, fits.CompImageHDU):
        found = pixels_of(file(data, kind, FILTER="r"), tmp_path)
        assert found.values == pytest.approx(data.astype(np.float32))
        assert found.cards["FILTER"] == "r"


def test_of_several_images_the_largest_or_the_named_one_is_read(tmp_path: Path) -> None:
    small = fits.ImageHDU(np.full((40, 40), 3.0) + RNG.random((40, 40)), name="GUIDE")
    large = fits.ImageHDU(SKY, name="SCI")
    content = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), small, large]).writeto(content)
    assert pixels_of(content.getvalue(), tmp_path).width == 80
    for name in ("guide", "1"):
        assert pixels_of(content.getvalue(), tmp_path, extension=name).width == 40
    with pytest.raises(RefusedError, match="no image 7") as fault:
        pixels_of(content.getvalue(), tmp_path, extension="7")
    assert fault.value.hint == "It has 1, 2"


@pytest.mark.parametrize(
    ("plane", "level"), [(None, 200), (0, 100), (1, 200), (2, 300)]
)
def test_a_plane_of_a_colour_image_is_measured(
    plane: int | None, level: int, tmp_path: Path
) -> None:
    cube = np.array([SKY - 500 + one for one in (100, 200, 300)])
    found = pixels_of(file(cube), tmp_path, plane)
    assert float(np.median(found.values)) == pytest.approx(level, abs=3)
    assert "colour image" in found.notes[0]


@pytest.mark.parametrize("pattern", ["RGGB", "BGGR", "GRBG", "GBRG"])
def test_of_a_bayer_mosaic_the_greens_are_measured(
    pattern: str, tmp_path: Path
) -> None:
    levels = {"R": 100.0, "G": 200.0, "B": 900.0}
    square = np.array([levels[one] for one in pattern]).reshape(2, 2)
    mosaic = np.tile(square, (40, 50)) + RNG.normal(0, 1, (80, 100))
    found = pixels_of(file(mosaic, BAYERPAT=pattern), tmp_path)
    assert found.values.shape == (40, 50)
    assert float(np.median(found.values)) == pytest.approx(200, abs=1)
    assert found.binning == 2
    assert "not debayered" in found.notes[0]


@pytest.mark.parametrize(
    ("offset", "begins"), [(0, "RGGB"), (1, "RGGB"), (0, "GRBG"), (1, "GBRG")]
)
def test_the_greens_are_those_whose_levels_are_alike(
    offset: int, begins: str, tmp_path: Path
) -> None:
    levels = {"R": 300.0, "G": 500.0, "B": 350.0}
    square = np.array([levels[one] for one in "RGGB"]).reshape(2, 2)
    mosaic = np.roll(np.tile(square, (40, 50)), offset, axis=1)
    mosaic = mosaic + RNG.normal(0, 20, (80, 100))
    found = pixels_of(file(mosaic, BAYERPAT=begins), tmp_path)
    assert float(np.median(found.values)) == pytest.approx(500, abs=5)


def test_a_grey_camera_is_no_mosaic_of_colours(tmp_path: Path) -> None:
    found = pixels_of(file(SKY, COLORTYP="GRAY"), tmp_path)
    assert (found.width, found.binning, found.notes) == (80, 1, ())


def test_a_colour_image_may_have_an_empty_axis(tmp_path: Path) -> None:
    cube = np.array([[SKY - 500 + one for one in (100, 200, 300)]])
    found = pixels_of(file(cube), tmp_path, 2)
    assert float(np.median(found.values)) == pytest.approx(300, abs=3)


def test_what_is_no_number_or_far_below_the_sky_is_not_used(tmp_path: Path) -> None:
    data = SKY.astype(np.float32)
    data[5, 7], data[:, 0], data[9, 9] = np.nan, -1e5, np.inf
    found = pixels_of(file(data), tmp_path)
    assert found.unusable.sum() == 64 + 2
    assert (found.values[found.unusable] == 0).all()


BROKEN = file(SKY.astype(np.float32))


def lying(name: str, value: int) -> bytes:
    place = BROKEN.index(f"{name:<8}=".encode())
    card = f"{name:<8}= {value:>20}".ljust(80).encode()
    return BROKEN[:place] + card + BROKEN[place + 80 :]


HOSTILE: dict[str, tuple[bytes, str]] = {
    "only NaN": (file(np.full((64, 64), np.nan)), "No pixel of the image is usable."),
    "all alike": (file(np.full((64, 64), 7.0)), "All pixels of the image are alike"),
    "one pixel": (file(np.ones((1, 1))), "1 × 1 pixels: 32 × 32 are the least"),
    "a cube": (file(np.zeros((7, 64, 64), np.int16)), "a cube of 7 planes"),
    "four axes": (file(np.zeros((2, 2, 64, 64), np.int16)), "a cube of 4 planes"),
    "too large": (lying("NAXIS1", 9_216_000), "50 million are the most"),
    "a lying NAXIS": (lying("NAXIS2", 900), "damaged or cut short"),
    "a lying BITPIX": (lying("BITPIX", 7), "damaged or cut short"),
    "cut short": (BROKEN[:9000], "damaged or cut short"),
    "half a gzip": (gzip.compress(BROKEN)[:2000], "gzip file is damaged"),
    "nothing but noise": (file(RNG.normal(500, 20, (200, 200))), "stars were found"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_image_gets_its_sentence(name: str, tmp_path: Path) -> None:
    content, told = HOSTILE[name]
    path = tmp_path / "image"
    path.write_bytes(content)
    answer, _ = opened(measure(job_of(path, ORDER)))
    assert answer["fault"] is not None
    assert told in answer["fault"]["message"]
    assert len(answer["fault"]["message"]) <= 100


@pytest.mark.parametrize("seed", range(40))
def test_an_image_damaged_anywhere_is_read_or_refused(
    seed: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    content = bytearray(BROKEN)
    for place in rng.integers(0, 2880, 6):
        content[place] = rng.integers(32, 127)
    path = tmp_path / "image.fits"
    path.write_bytes(bytes(content))
    seen = look_at(path, ORDER)
    assert seen.fault is not None
    assert len(str(seen.fault)) <= 100


def test_a_gzip_is_read_as_the_file_within(tmp_path: Path) -> None:
    path = tmp_path / "image.fits.gz"
    path.write_bytes(gzip.compress(file(RNG.normal(500, 20, (200, 200)))))
    answer, parts = opened(measure(job_of(path, ORDER)))
    assert answer["quality"]["width"] == 200
    assert parts["preview"].startswith(b"RIFF")


def test_a_gzip_that_swells_is_refused_before_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.imager.work._MOST_BYTES", 1_000_000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"SIMPLE  =" + bytes(30_000_000)))
    answer, _ = opened(measure(job_of(path, ORDER)))
    assert "Unpacked, the file has more than" in answer["fault"]["message"]
    assert path.with_suffix(".fits").stat().st_size <= 2_000_000


def test_a_packed_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    content = io.BytesIO()
    packed = fits.CompImageHDU(np.zeros((64, 64), np.int16))
    fits.HDUList([fits.PrimaryHDU(), packed]).writeto(content)
    text = content.getvalue()
    for axis in ("ZNAXIS1", "ZNAXIS2"):
        place = text.index(f"{axis:<8}=".encode())
        card = f"{axis:<8}= {20000:>20}".ljust(80).encode()
        text = text[:place] + card + text[place + 80 :]
    with pytest.raises(RefusedError, match="50 million are the most"):
        pixels_of(text, tmp_path)


def test_a_damaged_image_is_told_by_its_reader(tmp_path: Path) -> None:
    with pytest.raises(UnusableImageError, match="damaged"):
        pixels_of(BROKEN[:9000], tmp_path)
