"""Stars are told from hot pixels, cosmic rays and trails."""

import numpy as np
import pytest

from services.imager.domain.detect import detected
from services.imager.domain.faults import UnusableImageError
from services.imager.domain.pixels import Pixels
from services.imager.domain.sky import ground_of, saturation_of
from stack.exposure import Camera
from tests.support.pixels import drawn, seen_in

CAMERA = Camera(width=512, height=512)


def test_every_bright_star_is_found_and_no_hot_pixel_is_one() -> None:
    field = drawn(1, CAMERA, 120)
    seen = seen_in(field.pixels)
    inside = (field.x > 10) & (field.x < 502) & (field.y > 10) & (field.y < 502)
    apart = np.hypot(
        field.x[:, None] - seen.stars.x, field.y[:, None] - seen.stars.y
    ).min(axis=1)
    bright = inside & (field.electrons > 5000)
    assert (apart[bright] < 1.5).mean() > 0.94  # a cosmic ray may hit one
    back = np.hypot(
        seen.stars.x[:, None] - field.x, seen.stars.y[:, None] - field.y
    ).min(axis=1)
    assert (back < 2).mean() > 0.97
    assert seen.stars.left_out["hot pixels and cosmic rays"] > 20


@pytest.mark.parametrize("fwhm", [2.0, 3.2, 6.0])
def test_the_size_of_the_stars_is_measured(fwhm: float) -> None:
    field = drawn(2, Camera(width=512, height=512, fwhm=fwhm), 100)
    assert seen_in(field.pixels).sources.hfd == pytest.approx(1.26 * fwhm, rel=0.12)


def test_stars_are_placed_to_a_small_part_of_a_pixel() -> None:
    field = drawn(3, CAMERA, 60, (250.3, 200.7, 200_000.0))
    seen = seen_in(field.pixels)
    near = np.hypot(seen.stars.x - 250.3, seen.stars.y - 200.7)
    assert near.min() < 0.03


def test_trails_are_refused() -> None:
    field = drawn(4, CAMERA, 60, faintest=20_000.0)
    trailed = np.mean([np.roll(field.pixels, n, axis=1) for n in range(25)], axis=0)
    image = Pixels(trailed.astype(np.float32), np.zeros((512, 512), bool), {})
    with pytest.raises(UnusableImageError, match=r"trails \(elongation \d"):
        detected(ground_of(image, None))


def test_saturation_is_seen_in_the_pixels_whatever_the_header_says() -> None:
    field = drawn(5, CAMERA, 20, (250.0, 250.0, 9e6))
    image = Pixels(field.pixels, np.zeros((512, 512), bool), {})
    own, told = saturation_of(image, None)
    assert own is not None
    assert 50_000 < own < 60_000
    assert told == ""
    assert saturation_of(image, 45_000.0)[0] == 45_000.0
    assert saturation_of(image, 1e5)[0] == own
    level, told = saturation_of(image, 9000.0)
    assert level == own
    assert "9000 is not believed" in told
    dim = drawn(6, CAMERA, 20, faintest=500.0)
    plain = Pixels(dim.pixels, np.zeros((512, 512), bool), {})
    assert saturation_of(plain, None) == (None, "")


def test_saturated_stars_are_marked() -> None:
    field = drawn(7, CAMERA, 40, (250.0, 250.0, 9e6))
    stars = seen_in(field.pixels, full=58_000.0).stars
    full = (stars.quality & 1) > 0
    assert np.hypot(stars.x[full] - 250, stars.y[full] - 250).min() < 2
    assert full.mean() < 0.1


@pytest.mark.parametrize("shape", [(512, 512), (40, 700)])
def test_an_image_of_nothing_has_no_stars(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(8).normal(100, 5, shape).astype(np.float32)
    seen = seen_in(pixels, full=None)
    assert len(seen.stars) <= 2
    assert seen.sources.hfd > 0
