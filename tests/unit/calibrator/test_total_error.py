"""The target's total error on simulated fields: the pull has unit width."""

from contextlib import suppress

import numpy as np
import pytest

from bench.simulated import field
from services.calibrator.domain.model import BandChoice, BandMatches, Field, FitLimits
from services.calibrator.domain.outcome import CalibrationImpossibleError
from services.calibrator.domain.solve import solve

ZERO_POINT = 22.0
AUTO, LIMITS = BandChoice(), FitLimits()


def image(rng: np.random.Generator, stars: int, wrong: float) -> tuple[Field, float]:
    """A field and the true magnitude of its target, a good star of any colour."""
    one = field(rng, stars + 1, wrong)
    uploaded, reference = np.sqrt(0.3 * one.variance), np.sqrt(0.7 * one.variance)
    mag = one.mag - ZERO_POINT - one.difference
    tint = one.colour_term * one.colour[-1]
    noise = rng.normal(0, np.hypot(uploaded[-1], one.intrinsic))
    mag[-1] = one.mag[-1] - ZERO_POINT - tint + noise
    ra, dec = 10 + rng.uniform(-0.1, 0.1, stars + 1), rng.uniform(-0.1, 0.1, stars + 1)
    band = BandMatches(
        survey="APASS",
        band="r",
        system="AB",
        star=np.arange(stars),
        mag=one.mag[:-1],
        mag_err=reference[:-1],
        colour_name="g-r",
        colour=one.colour[:-1],
    )
    target = float(ra[-1]), float(dec[-1])
    return Field(ra, dec, mag, uploaded, *target, 1.0, [band]), float(one.mag[-1])


@pytest.mark.parametrize("stars", [8, 12, 40])
@pytest.mark.parametrize("wrong", [0.0, 0.25])
def test_the_total_error_is_honest(stars: int, wrong: float) -> None:
    rng = np.random.default_rng(11)
    pulls = []
    for _ in range(400):
        one, truth = image(rng, stars, wrong)
        with suppress(CalibrationImpossibleError):
            magnitude = solve(one, AUTO, LIMITS).magnitude
            pulls.append((magnitude.value - truth) / magnitude.total)
    assert len(pulls) > 380
    assert 0.85 < np.std(pulls) < 1.18
