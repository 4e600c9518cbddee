"""The shuffle test, and the 5-sigma depth checked by injection."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calibrator.domain.chance import chance_of_agreement
from services.calibrator.domain.depth import depth
from services.calibrator.domain.model import BandChoice, FitLimits
from services.calibrator.domain.outcome import (
    CalibrationImpossibleError,
)
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import field


@given(st.integers(0, 2**32 - 1), st.integers(6, 400))
def test_a_true_match_is_no_accident(seed: int, stars: int) -> None:
    rng = np.random.default_rng(seed)
    mag = rng.uniform(12, 17, stars)
    assert chance_of_agreement(mag - 22, mag + rng.normal(0, 0.03, stars)) <= 0.05


def test_strangers_agree_by_accident_as_often_as_they_should() -> None:
    rng = np.random.default_rng(1)
    chances = [chance_of_agreement(*rng.uniform(12, 17, (2, 40))) for _ in range(200)]
    assert 0.01 < np.mean(np.array(chances) <= 0.05) < 0.1


def test_a_match_that_chance_explains_is_refused() -> None:
    rng = np.random.default_rng(2)
    one = field(rng, 40)
    (matches,) = one.bands
    strangers = replace(one, bands=[replace(matches, mag=rng.permutation(matches.mag))])
    with pytest.raises(CalibrationImpossibleError) as fault:
        solve(strangers, BandChoice(), FitLimits(max_scatter=9, max_outliers=1))
    assert "no better than chance" in str(fault.value)
    assert "astrometry" in fault.value.hint


def test_the_depth_of_a_noise_model_is_where_it_reaches_five_sigma() -> None:
    mag = np.linspace(-10, -2, 200)
    err = 10 ** (0.4 * (mag + 3.0)) * (2.5 / np.log(10) / 5)
    assert depth(mag, err) == pytest.approx((-3.0, 0.0), abs=1e-9)


def test_injected_stars_at_the_depth_are_measured_to_five_sigma() -> None:
    """Sky noise of 20 counts and photon noise: aperture fluxes measured again."""
    rng = np.random.default_rng(3)
    sky, mag = 20.0, rng.uniform(-12, -4.2, 400)
    flux = 10 ** (-0.4 * mag)
    err = 2.5 / np.log(10) * np.sqrt(flux + sky**2) / flux
    err *= np.exp(rng.normal(0, 0.05, 400))
    reach = depth(mag, err)
    assert reach is not None
    limit, error = reach
    injected = 10 ** (-0.4 * limit)
    measured = injected + rng.normal(0, np.sqrt(injected + sky**2), 20_000)
    ratio = measured.mean() / measured.std()
    assert 2.5 * np.log10(ratio / 5) == pytest.approx(0, abs=max(0.1, 4 * error))


def test_the_error_of_the_depth_is_honest() -> None:
    rng = np.random.default_rng(4)
    pulls = []
    for _ in range(300):
        mag = rng.uniform(-10, -4, 40)
        err = 10 ** (0.4 * (mag + 3.0)) * 0.21715 * np.exp(rng.normal(0, 0.2, 40))
        reach = depth(mag, err)
        assert reach is not None
        pulls.append((reach[0] + 3.0) / reach[1])
    assert 0.85 < np.std(pulls) < 1.2


@pytest.mark.parametrize("err", [np.full(20, 0.02), np.zeros(20)])
def test_errors_that_do_not_grow_show_no_depth(err: np.ndarray) -> None:
    assert depth(np.linspace(-10, -5, 20), err) is None
