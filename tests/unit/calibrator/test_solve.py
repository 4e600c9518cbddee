from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calibrator.domain.model import BandChoice, FitLimits, Verdict
from services.calibrator.domain.outcome import (
    CalibrationImpossibleError,
)
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import ZERO_POINT, band, field

AUTO = BandChoice()
LIMITS = FitLimits()
SEEDS = st.integers(0, 2**32 - 1)
SURVEYS = {"APASS/g": 0.15, "APASS/r": 0.02, "PS1/r": 0.06, "PS1/i": 0.3}


@given(SEEDS, st.integers(20, 300))
def test_recovers_a_known_zero_point_with_a_tenth_of_the_stars_wrong(
    seed: int, stars: int
) -> None:
    solution = solve(field(np.random.default_rng(seed), stars, wrong=0.1), AUTO, LIMITS)
    assert solution.best.zero_point == pytest.approx(ZERO_POINT, abs=0.025)
    assert abs(solution.best.zero_point - ZERO_POINT) < 6 * solution.best.zero_point_err


@given(SEEDS, st.sampled_from(sorted(SURVEYS)))
def test_a_forced_band_has_the_very_zero_point_of_automatic_mode(
    seed: int, name: str
) -> None:
    given_field = field(np.random.default_rng(seed), 30, wrong=0.1, noise=SURVEYS)
    ranking = solve(given_field, AUTO, LIMITS).ranking
    survey, _, filter_name = name.partition("/")
    forced = solve(given_field, BandChoice(survey, filter_name), LIMITS).best
    (same,) = [fit for fit in ranking if fit.matches.name == name]
    assert forced.zero_point == same.zero_point
    assert forced.scatter == same.scatter


@given(SEEDS, st.floats(-5, 5))
def test_shifting_all_magnitudes_shifts_the_zero_point_equally(
    seed: int, shift: float
) -> None:
    given_field = field(np.random.default_rng(seed), 25, wrong=0.1)
    shifted = replace(given_field, mag=given_field.mag + shift)
    one, other = (solve(each, AUTO, LIMITS) for each in (given_field, shifted))
    assert other.best.zero_point == pytest.approx(one.best.zero_point - shift, abs=1e-6)
    assert other.magnitude.value == pytest.approx(one.magnitude.value, abs=1e-6)


@given(SEEDS, st.randoms(use_true_random=False))
def test_order_of_the_stars_does_not_matter(seed: int, random: object) -> None:
    rng = np.random.default_rng(seed)
    given_field = field(rng, 25, wrong=0.1)
    order = rng.permutation(25)
    (matches,) = given_field.bands
    assert matches.colour is not None
    mixed = replace(
        given_field,
        bands=[
            replace(
                matches,
                star=matches.star[order],
                mag=matches.mag[order],
                mag_err=matches.mag_err[order],
                colour=matches.colour[order],
            )
        ],
    )
    one, other = (solve(each, AUTO, LIMITS) for each in (given_field, mixed))
    assert other.best.zero_point == pytest.approx(one.best.zero_point, abs=1e-9)


@given(SEEDS, st.integers(1, 11), st.floats(0.5, 10))
def test_one_outlier_among_twelve_does_not_matter(
    seed: int, star: int, shift: float
) -> None:
    given_field = field(np.random.default_rng(seed), 12)
    mag = given_field.mag.copy()
    mag[star] += shift
    one = solve(given_field, AUTO, LIMITS).best
    other = solve(replace(given_field, mag=mag), AUTO, LIMITS).best
    assert not other.used[list(other.star).index(star)]
    assert other.zero_point == pytest.approx(one.zero_point, abs=0.03)


@given(SEEDS)
def test_the_target_takes_no_part_in_its_own_calibration(seed: int) -> None:
    given_field = field(np.random.default_rng(seed), 15)
    mag = given_field.mag.copy()
    mag[0] += 3.0
    one = solve(given_field, AUTO, LIMITS)
    other = solve(replace(given_field, mag=mag), AUTO, LIMITS)
    assert one.best.verdict[list(one.best.star).index(0)] == Verdict.TARGET
    assert one.best.zero_point == other.best.zero_point
    assert other.magnitude.value == pytest.approx(one.magnitude.value + 3.0)


def test_the_band_with_the_lowest_scatter_is_chosen() -> None:
    rng = np.random.default_rng(7)
    chosen = [
        solve(field(rng, 30, wrong=0.1, noise=SURVEYS), AUTO, LIMITS).best.matches.name
        for _ in range(50)
    ]
    assert chosen.count("APASS/r") == 50


def test_five_lucky_stars_do_not_beat_three_hundred() -> None:
    rng = np.random.default_rng(8)
    wide = field(rng, 300, noise={"APASS/r": 0.03})
    truth = wide.mag + ZERO_POINT
    lucky = band(rng, "PS1/r", truth[1:6], 0.025)
    lucky = replace(lucky, star=np.arange(1, 6))
    solution = solve(replace(wide, bands=[*wide.bands, lucky]), AUTO, LIMITS)
    assert solution.best.matches.name == "APASS/r"


@pytest.mark.parametrize(
    ("forced", "names"),
    [
        (BandChoice("PS1", None), {"PS1/r", "PS1/i"}),
        (BandChoice(None, "r"), {"APASS/r", "PS1/r"}),
        (BandChoice("apass", "g"), {"APASS/g"}),
    ],
)
def test_half_a_choice_leaves_the_rest_open(
    forced: BandChoice, names: set[str]
) -> None:
    given_field = field(np.random.default_rng(9), 30, noise=SURVEYS)
    ranking = solve(given_field, forced, LIMITS).ranking
    assert {fit.matches.name for fit in ranking} == names


def test_a_survey_without_coverage_is_refused_with_what_there_is() -> None:
    given_field = field(np.random.default_rng(9), 30, noise=SURVEYS)
    with pytest.raises(
        CalibrationImpossibleError, match="SDSS/r does not cover"
    ) as fault:
        solve(given_field, BandChoice("SDSS", "r"), LIMITS)
    assert "PS1/i" in fault.value.hint


def test_four_stars_beside_the_target_are_refused() -> None:
    with pytest.raises(CalibrationImpossibleError, match="4 stars, 5 are needed"):
        solve(field(np.random.default_rng(1), 5), AUTO, LIMITS)


def test_five_stars_beside_the_target_are_enough() -> None:
    solution = solve(field(np.random.default_rng(1), 6), AUTO, LIMITS)
    assert solution.best.stars_used == 5
    assert solution.best.zero_point == pytest.approx(ZERO_POINT, abs=0.1)


def test_magnitudes_that_agree_with_nothing_are_refused() -> None:
    rng = np.random.default_rng(2)
    nonsense = replace(field(rng, 60), mag=rng.uniform(-30, -5, 60))
    with pytest.raises(CalibrationImpossibleError, match="do not agree") as fault:
        solve(nonsense, AUTO, LIMITS)
    assert fault.value.ranking


def test_an_absent_target_gives_the_faintest_star_as_limit() -> None:
    given_field = field(np.random.default_rng(3), 80, target=False)
    solution = solve(given_field, AUTO, LIMITS)
    expected = given_field.mag.max() + solution.best.zero_point
    assert solution.magnitude.value == expected
    assert (solution.magnitude.error, solution.magnitude.total) == (-1, -1)
    assert solution.magnitude.depth is not None


def test_a_silly_limit_is_refused() -> None:
    given_field = field(np.random.default_rng(3), 80, target=False)
    silly = replace(given_field, mag=np.append(given_field.mag[:-1], 20.0))
    with pytest.raises(CalibrationImpossibleError, match="is not real"):
        solve(silly, AUTO, LIMITS)


def test_a_target_outside_the_field_is_refused() -> None:
    given_field = replace(field(np.random.default_rng(3), 80), target_ra=11.0)
    with pytest.raises(CalibrationImpossibleError, match="outside the uploaded field"):
        solve(given_field, AUTO, LIMITS)


@given(SEEDS, st.sampled_from([0.0, 359.9999]), st.sampled_from([-90.0, 0.0, 89.9999]))
def test_the_target_is_found_across_0h_and_at_the_poles(
    seed: int, ra: float, dec: float
) -> None:
    rng = np.random.default_rng(seed)
    away = np.radians(rng.uniform(0.001, 0.1, 20))
    turn = rng.uniform(0, 2 * np.pi, 20)
    inward = np.degrees(away * np.abs(np.sin(turn)))  # beyond the pole is no place
    star_dec = dec - np.copysign(inward, dec)
    given_field = replace(
        field(rng, 20),
        ra=np.append((ra + np.degrees(away * np.cos(turn))) % 360, ra)[-20:],
        dec=np.append(star_dec, dec)[-20:],
        target_ra=ra,
        target_dec=dec,
    )
    solution = solve(given_field, AUTO, LIMITS)
    assert solution.magnitude.error == given_field.mag_err[19]


def test_reference_errors_that_are_not_known_are_not_perfect() -> None:
    given_field = field(np.random.default_rng(4), 40)
    (matches,) = given_field.bands
    err = matches.mag_err.copy()
    err[::2] = np.nan
    unknown = replace(given_field, bands=[replace(matches, mag_err=err)])
    one, other = (solve(each, AUTO, LIMITS).best for each in (given_field, unknown))
    assert other.zero_point == pytest.approx(one.zero_point, abs=1e-9)
    assert other.zero_point_err == pytest.approx(one.zero_point_err)


def test_the_quoted_error_of_the_zero_point_is_honest() -> None:
    rng = np.random.default_rng(5)
    fits = [solve(field(rng, 40, wrong=0.05), AUTO, LIMITS).best for _ in range(300)]
    pulls = [(fit.zero_point - ZERO_POINT) / fit.zero_point_err for fit in fits]
    assert 0.8 < np.std(pulls) < 1.2
