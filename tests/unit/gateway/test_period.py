"""The period of a simulated variable, seen by two observers in two bands."""

import numpy as np
import pytest

from services.gateway.domain.period import FewPointsError, found_period


def curve(
    period: float, count: int, seed: int
) -> tuple[list[float], list[float], list[float], list[str]]:
    rng = np.random.default_rng(seed)
    mjd = np.sort(58000 + rng.uniform(0, 40, count))
    label = [("APASS/V/1", "GaiaSP/r/2")[n % 2] for n in range(count)]
    level = np.where(np.arange(count) % 2, 14.0, 15.3)
    mag = level + 0.3 * np.sin(2 * np.pi * mjd / period) + rng.normal(0, 0.02, count)
    return mjd.tolist(), mag.tolist(), [0.02] * count, label


@pytest.mark.parametrize("period", [0.1173, 0.6789, 3.21])
def test_a_period_is_found_across_bands(period: float) -> None:
    found = found_period(*curve(period, 120, 5), (0.05, None))
    assert found.period == pytest.approx(period, rel=1e-3)
    assert found.false_alarm < 1e-6
    assert found.power > 0.9


def test_noise_has_no_period() -> None:
    mjd, _, err, label = curve(1.0, 60, 6)
    noise = np.random.default_rng(7).normal(15, 0.02, 60).tolist()
    assert found_period(mjd, noise, err, label, (0.05, None)).false_alarm > 1e-3


@pytest.mark.parametrize("count", [0, 1, 7])
def test_few_points_have_none(count: int) -> None:
    with pytest.raises(FewPointsError):
        found_period(*curve(1.0, count, 8), (0.05, None))


def test_points_of_one_moment_have_none() -> None:
    with pytest.raises(FewPointsError):
        found_period([58000.0] * 9, [15.0] * 9, [0.02] * 9, ["V"] * 9, (0.05, None))


def test_of_a_long_light_curve_is_told_what_was_looked_for() -> None:
    mjd = (58000 + np.linspace(0, 9000, 40)).tolist()
    found = found_period(mjd, [15.0, 15.1] * 20, [0.02] * 40, ["V"] * 40, (0.02, None))
    assert 0.02 < found.shortest < 1.0
    whole = found_period(*curve(0.6789, 120, 5), (0.05, None))
    assert whole.shortest == pytest.approx(0.05, rel=0.01)
