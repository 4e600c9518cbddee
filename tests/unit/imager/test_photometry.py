"""Stars are measured nearly as well as an ideal fit would, and know how well."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from services.imager.domain.aperture import mad
from services.imager.domain.growth import growth_of
from services.imager.domain.header import Claims
from shared.kernel.arrays import FloatArray
from stack.exposure import Camera
from tests.support.pixels import Field, Seen, drawn, noise_of_a_fit, seen_in, smoothed

GAIN = Claims(1.4, surely=True, saturation=None)
CAMERA = Camera(width=900, height=900)


def alone(field: Field, seen: Seen) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return truth, light and error [e⁻] of stars that have no neighbours."""
    tree = cKDTree(np.column_stack([field.x, field.y]))
    stars = seen.stars
    at = np.column_stack([stars.x, stars.y])
    found = tree.query(at, k=[1], distance_upper_bound=1.0)
    away, star = (np.asarray(one)[:, 0] for one in found)
    near = np.asarray(tree.query(np.column_stack([field.x, field.y]), k=[1, 2])[0])
    good = np.isfinite(away) & ((stars.quality & 7) == 0)
    star = np.where(good, star, 0)
    good &= near[star, 1] > 6 * field.camera.fwhm
    good &= (stars.x > 30) & (stars.x < field.camera.width - 30)
    good &= (stars.y > 30) & (stars.y < field.camera.height - 30)
    truth = field.electrons[star[good]]
    share = stars.flux[good] * field.camera.gain
    unit = float(np.median(share[truth > 30_000] / truth[truth > 30_000]))
    error = stars.error[good] * field.camera.gain
    return truth, share / unit, error / unit


@pytest.mark.parametrize("fwhm", [2.2, 3.5, 6.0])
def test_stars_scatter_hardly_more_than_an_ideal_fit(fwhm: float) -> None:
    camera = Camera(width=900, height=900, fwhm=fwhm)
    over, pulls = [], []
    for seed in range(3):
        field = drawn(seed, camera, 300 if fwhm < 5 else 150)
        truth, light, error = alone(field, seen_in(field.pixels, GAIN))
        over += list((light - truth) / noise_of_a_fit(camera, truth))
        pulls += list((light - truth) / error)
    assert mad(np.array(over)) < 1.2
    assert 0.8 < mad(np.array(pulls)) < 1.25


def test_bright_stars_are_right_where_their_size_varies_over_the_field() -> None:
    camera = Camera(width=900, height=900, seeing_off=0.3)
    field = drawn(11, camera, 250, faintest=4000.0)
    truth, light, _ = alone(field, seen_in(field.pixels, GAIN))
    bright = truth > 30_000
    assert bright.sum() > 15
    assert mad(light[bright] / truth[bright]) < 0.009


def test_errors_of_a_stack_are_larger_than_its_pixels_say() -> None:
    field = drawn(12, CAMERA, 300)
    plain, stacked = seen_in(field.pixels), seen_in(smoothed(field.pixels))
    assert plain.noise.ratio == pytest.approx(1.0, abs=0.15)
    assert 1.6 < stacked.noise.ratio < 2.4
    assert "correlated" in stacked.noise.notes[0]
    assert stacked.noise.gain is None


@pytest.mark.parametrize(
    ("claims", "source", "gain"),
    [
        (Claims(1.4, surely=True, saturation=None), "header", 1.4),
        (Claims(1.4, surely=False, saturation=None), "header", 1.4),
        (Claims(100.0, surely=False, saturation=None), "sky", 1.28),
        (Claims(0.01, surely=True, saturation=None), "sky", 1.28),
        (Claims(None, surely=False, saturation=None), "sky", 1.28),
        (Claims(-1.0, surely=False, saturation=None), "sky", 1.28),
    ],
)
def test_a_gain_is_believed_where_the_sky_agrees(
    claims: Claims, source: str, gain: float
) -> None:
    noise = seen_in(drawn(13, CAMERA, 100).pixels, claims).noise
    assert noise.source == source
    assert noise.gain == pytest.approx(gain, rel=0.05)
    if claims.gain == 100.0:
        assert "A gain of 100 is not this image's" in noise.notes[0]


def test_a_sky_that_was_taken_off_tells_no_gain() -> None:
    pixels = drawn(14, CAMERA, 100).pixels - np.float32(500)
    noise = seen_in(pixels).noise
    assert noise.gain is None
    assert "not known" in noise.notes[0]
    assert seen_in(pixels, GAIN).noise.gain == 1.4


def test_a_few_stars_make_a_growth_curve_without_slopes() -> None:
    rng = np.random.default_rng(15)
    x, y = rng.uniform(0, 500, (2, 6))
    light = np.outer([0.5, 1.0], np.full(6, 1000.0))
    good = np.ones(6, dtype=bool)
    growth = growth_of((x, y), light, light * 0.001, good, (500, 500))
    assert growth.stars == 6
    assert growth.share(x, y)[0] == pytest.approx(0.5)
    none = growth_of((x, y), light, light * 0.001, ~good, (500, 500))
    assert none.stars == 0
    assert none.share(x, y) == pytest.approx(1.0)


def test_neighbours_galaxies_and_edges_are_marked() -> None:
    field = drawn(16, CAMERA, 30, (400.0, 400.0, 60_000.0), faintest=5000.0)
    pixels = field.pixels.copy()
    rows, columns = np.mgrid[0:900, 0:900]
    away = np.hypot(columns - 600.0, (rows - 300.0) * 1.2)
    pixels += (900 * np.exp(-away / 9)).astype(np.float32)
    near = np.hypot(columns - 407.0, rows - 400.0)
    pixels += (1500 * np.exp(-(near**2) / 4)).astype(np.float32)
    pixels[398:403, 100:104] = np.nan
    stars = seen_in(pixels).stars

    def quality_at(x: float, y: float) -> int:
        away = np.hypot(stars.x - x, stars.y - y)
        assert away.min() < 3
        return int(stars.quality[np.argmin(away)])

    assert quality_at(400, 400) & 16
    assert quality_at(600, 300) & 8


def test_numbers_that_are_no_adu_have_no_gain() -> None:
    pixels = (drawn(17, CAMERA, 100).pixels - np.float32(500)) / np.float32(65535)
    seen = seen_in(pixels, Claims(0.25, surely=True, saturation=None), full=None)
    assert seen.noise.gain is None
    assert len(seen.stars) > 30
