"""The target at its place: limits hold, errors are honest, hosts are told."""

import numpy as np
import pytest

from services.imager.domain.aperture import mad
from services.imager.domain.forced import Forced, forced_at
from services.imager.domain.header import Claims
from shared.kernel.quality import Quality
from stack.exposure import Camera, taken
from tests.support.pixels import Field, Seen, drawn, noise_of_a_fit, seen_in, smoothed

GAIN = Claims(1.4, surely=True, saturation=None)
CAMERA = Camera(width=400, height=400, cosmics=0, hot=0)
SKY = float(noise_of_a_fit(CAMERA, np.array([0.0]))[0])


def unit_of(field: Field, seen: Seen) -> float:
    """Return which part of the stars' light the largest circle has [ADU/e⁻]."""
    away = np.hypot(seen.stars.x[:, None] - field.x, seen.stars.y[:, None] - field.y)
    star = away.argmin(axis=1)
    good = (away.min(axis=1) < 1) & ((seen.stars.quality & 7) == 0)
    good &= field.electrons[star] > 5000
    return float(np.median(seen.stars.flux[good] / field.electrons[star[good]]))


def forced(seed: int, snr: float, *, stacked: bool = False) -> tuple[Forced, float]:
    """Return the light of a target of some signal to noise, and the truth [ADU]."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(80, 320, 2)
    field = drawn(seed, CAMERA, 90, (*place, max(snr * SKY, 1e-3)))
    pixels = smoothed(field.pixels) if stacked else field.pixels
    seen = seen_in(pixels, GAIN)
    off = rng.normal(0, 0.1, 2)
    found = forced_at(
        (place[0] + off[0], place[1] + off[1]),
        seen.ground,
        seen.sources,
        seen.stars,
        seen.noise,
    )
    return found, snr * SKY * unit_of(field, seen)


@pytest.mark.parametrize("stacked", [False, True])
def test_limits_hold_and_errors_are_honest(*, stacked: bool) -> None:
    pulls, covered, false = [], [], []
    for seed in range(24):
        snr = (0.0, 0.0, 2.0, 5.0)[seed % 4]
        found, truth = forced(seed, snr, stacked=stacked)
        pulls.append((found.flux - truth) / found.error)
        covered.append(found.is_light or found.limit > truth)
        false.append(found.snr if snr == 0 else 0.0)
    assert all(covered)
    assert max(false) < 4
    assert 0.6 < mad(np.array(pulls)) < 1.45


def test_a_bright_target_is_like_a_star() -> None:
    found, truth = forced(3, 200.0)
    assert found.flux == pytest.approx(truth, rel=0.02)
    assert found.likeness is not None
    assert found.likeness.chi2 < 2
    assert found.likeness.asymmetry < 2
    assert found.strange_light == 0
    assert found.quality == 0


@pytest.mark.parametrize("snr", [0.0, 10.0, 60.0])
def test_a_galaxy_under_the_target_is_told_and_its_light_bounded(snr: float) -> None:
    for seed in range(4):
        field = drawn(40 + seed, CAMERA, 90, (200.0, 180.0, max(snr * SKY, 1e-3)))
        rows, columns = np.mgrid[0:400, 0:400]
        away = np.hypot(columns - 203.0, (rows - 182.0) * 1.5)
        host = (150 / CAMERA.gain * np.exp(-away / 6)).astype(np.float32)
        seen = seen_in(field.pixels + host, GAIN)
        found = forced_at(
            (200.0, 180.0), seen.ground, seen.sources, seen.stars, seen.noise
        )
        truth = snr * SKY * unit_of(field, seen)
        assert found.strange_light > 0
        assert found.flux - truth < 1.15 * found.strange_light + 3 * found.error


def test_what_is_against_the_target_is_told() -> None:
    field = drawn(50, CAMERA, 60, (200.0, 200.0, 9e6))
    pixels = field.pixels.copy()
    pixels[300:303, 100:103] = np.nan
    seen = seen_in(pixels, GAIN)

    def quality_at(x: float, y: float) -> Quality:
        found = forced_at((x, y), seen.ground, seen.sources, seen.stars, seen.noise)
        return Quality(found.quality)

    assert Quality.SATURATED in quality_at(200.0, 200.0)
    assert Quality.BAD_PIXELS in quality_at(101.0, 301.0)
    assert Quality.CUT_OFF in quality_at(1.0, 150.0)


def at(seen: Seen, x: float, y: float) -> Forced:
    return forced_at((x, y), seen.ground, seen.sources, seen.stars, seen.noise)


def test_a_neighbours_light_is_no_detection() -> None:
    field = drawn(60, CAMERA, 90, (200.0, 200.0, 400_000.0))
    seen = seen_in(field.pixels, GAIN)
    beside = at(seen, 200.0, 206.5)
    assert beside.snr > 3
    assert not beside.is_light
    assert beside.limit > beside.flux
    assert at(seen, 200.0, 200.0).is_light


def test_where_no_star_tells_the_growth_all_have_one_circle() -> None:
    bright_sky = Camera(width=400, height=400, sky=20_000.0, cosmics=0, hot=0)
    off = []
    for seed in range(8):
        field = drawn(70 + seed, bright_sky, 60, (200.0, 200.0, 30_000.0))
        keep = field.electrons < 40_000
        rng = np.random.default_rng(seed)
        dim = taken(
            rng, bright_sky, *(it[keep] for it in (field.x, field.y, field.electrons))
        )
        seen = seen_in(dim, GAIN)
        assert seen.stars.growth.circle is not None
        star = np.argmin(np.hypot(seen.stars.x - 200, seen.stars.y - 200))
        off.append(at(seen, 200.0, 200.0).flux / seen.stars.flux[star])
    assert np.median(off) == pytest.approx(1.0, abs=0.03)
