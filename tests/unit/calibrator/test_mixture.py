"""The estimator beside an oracle that knows which stars are wrong."""

from collections.abc import Callable

import numpy as np
import pytest

from bench.simulated import field
from services.calibrator.domain import compiled, mixture
from services.calibrator.domain.model import FloatArray, Prior
from tests.support.bands import flat_of

Agree = Callable[[FloatArray, FloatArray, FloatArray, Prior], mixture.Agreement]


@pytest.fixture(params=["numpy", "compiled"])
def agree(request: pytest.FixtureRequest) -> Agree:
    """The estimator, in numpy and compiled."""
    if request.param == "numpy":
        return mixture.agree
    return lambda *told: compiled.fitted([flat_of(*told)])[0].found


def errors(
    agree: Agree, stars: int, wrong: float, fields: int
) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(2)
    ours, quoted, oracles = [], [], []
    for _ in range(fields):
        one = field(rng, stars, wrong)
        found = agree(one.difference, one.variance, one.colour, Prior())
        good = ~one.wrong
        weight = 1 / (one.variance + one.intrinsic**2)
        freed = one.difference - one.colour_term * one.colour
        oracles.append(np.average(freed[good], weights=weight[good]))
        ours.append(found.centre)
        quoted.append(found.centre_err)
    return np.array(ours), np.array(quoted), np.array(oracles)


@pytest.mark.parametrize(
    ("stars", "wrong", "ratio", "worst"),
    [(5, 0.08, 1.5, 0.1), (12, 0.08, 1.5, 0.1), (30, 0.08, 1.2, 0.05)],
)
def test_few_stars_are_nearly_as_good_as_an_oracles(
    agree: Agree, stars: int, wrong: float, ratio: float, worst: float
) -> None:
    ours, _, oracles = errors(agree, stars, wrong, 200)
    assert np.sqrt(np.mean(ours**2)) < ratio * np.sqrt(np.mean(oracles**2))
    assert np.abs(ours).max() < worst


@pytest.mark.parametrize("stars", [5, 12, 150])
@pytest.mark.parametrize("wrong", [0.0, 0.08, 0.25])
def test_the_quoted_error_is_honest(agree: Agree, stars: int, wrong: float) -> None:
    ours, quoted, _ = errors(agree, stars, wrong, 200)
    assert 0.8 < np.std(ours / quoted) < 1.2


def test_the_colour_term_is_found_where_the_data_carry_it(agree: Agree) -> None:
    one = field(np.random.default_rng(3), 500, 0.08)
    found = agree(one.difference, one.variance, one.colour, Prior())
    assert found.slope == pytest.approx(one.colour_term, abs=4 * found.slope_err)
    assert found.slope_err < 0.01


def test_a_few_stars_leave_the_colour_term_near_its_prior(agree: Agree) -> None:
    one = field(np.random.default_rng(4), 5, 0.0)
    found = agree(one.difference, one.variance, one.colour, Prior())
    assert abs(found.slope) < 0.1
    assert 0.02 < found.slope_err <= 0.1


def test_wrong_stars_are_told_from_good_ones(agree: Agree) -> None:
    difference = np.array([0.0, 0.01, -0.01, 0.02, -0.02, 0.5, -3.0, 20.0])
    found = agree(difference, np.full(8, 0.02**2), np.zeros(8), Prior())
    assert (found.good[:5] > 0.9).all()
    assert (found.good[5:] < 0.1).all()
