import numpy as np
import pytest
from astropy.stats import biweight_scale as astropys
from astropy.stats import mad_std
from hypothesis import given
from hypothesis import strategies as st

from services.calibrator.domain.robust import biweight_scale, mad_sigma, medians, shorth


@given(st.integers(0, 2**32 - 1), st.integers(3, 200))
def test_biweight_scale_is_astropys_for_symmetric_residuals(
    seed: int, count: int
) -> None:
    residuals = np.random.default_rng(seed).standard_t(3, count)
    residuals = np.concatenate([residuals, -residuals])
    expected = astropys(residuals, c=9.0, M=0.0)
    assert biweight_scale(residuals) == pytest.approx(expected)


@given(st.integers(0, 2**32 - 1))
def test_mad_sigma_is_astropys_for_symmetric_residuals(seed: int) -> None:
    residuals = np.random.default_rng(seed).normal(0, 1, 50)
    residuals = np.concatenate([residuals, -residuals])
    assert mad_sigma(residuals) == pytest.approx(mad_std(residuals), rel=1e-4)


def test_medians_are_those_of_the_known_values_of_each_row() -> None:
    rng = np.random.default_rng(1)
    values, known = rng.normal(size=(40, 31)), rng.random((40, 31)) < 0.6
    known[0], known[1] = False, True
    expected = [
        np.median(row[has]) if has.any() else 0.0
        for row, has in zip(values, known, strict=True)
    ]
    assert medians(values, known).tolist() == expected


def test_equal_residuals_have_no_scatter() -> None:
    assert biweight_scale(np.zeros(5)) == 0.0


@given(st.integers(0, 2**32 - 1), st.floats(1, 100))
def test_two_fifths_wrong_on_one_side_do_not_move_the_shorth(
    seed: int, away: float
) -> None:
    rng = np.random.default_rng(seed)
    values = np.concatenate([rng.normal(0, 0.01, 30), away + rng.normal(0, 1, 20)])
    assert abs(shorth(values)) < 0.03
