"""A gradient of the zero-point is found where there is one, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.calibrator.domain.model import BandChoice, Field, FitLimits
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import ZERO_POINT, field

AUTO, LIMITS = BandChoice(), FitLimits()


def slanted(one: Field, east: float, north: float) -> Field:
    """The field as an uneven flat would leave it [mag/deg], level at its centre."""
    away = (one.ra - 10) * np.cos(np.radians(20)) * east + (one.dec - 20) * north
    return replace(one, mag=one.mag - away)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0, 6.28))
def test_a_strong_gradient_is_found_and_the_zero_point_is_the_one_at_the_target(
    seed: int, angle: float
) -> None:
    east, north = np.cos(angle), np.sin(angle)
    one = field(np.random.default_rng(seed), 200, wrong=0.05)
    best = solve(slanted(one, east, north), AUTO, LIMITS).best
    assert best.gradient is not None
    assert best.gradient.east == pytest.approx(east, abs=5 * best.gradient.east_err)
    assert best.gradient.north == pytest.approx(north, abs=5 * best.gradient.north_err)
    at_target = (one.target_ra - 10) * np.cos(np.radians(20)) * east
    at_target += (one.target_dec - 20) * north
    expected = pytest.approx(ZERO_POINT + at_target, abs=5 * best.zero_point_err)
    assert best.zero_point == expected


def test_an_even_image_shows_none() -> None:
    rng = np.random.default_rng(1)
    fits = [solve(field(rng, 100, wrong=0.05), AUTO, LIMITS).best for _ in range(100)]
    assert sum(fit.gradient is not None for fit in fits) <= 2


def test_a_few_stars_are_not_asked() -> None:
    one = slanted(field(np.random.default_rng(2), 20), 2.0, 0.0)
    assert solve(one, AUTO, LIMITS).best.gradient is None
