"""A target that was measured at its place has a magnitude, or an honest limit."""

from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.model import BandChoice, Field, FitLimits, Forced
from services.calibrator.domain.outcome import CalibrationImpossibleError, Solution
from services.calibrator.domain.solve import solve
from services.calibrator.report import field_of, solved
from shared.contracts.catalog import FieldMatched
from tests.support.builders import FORCED, PAIRS, STARS, frame
from tests.unit.calibrator.fields import ZERO_POINT, field

AUTO = BandChoice()


def solution(forced: Forced | None, *, target: bool = False) -> Solution:
    rng = np.random.default_rng(3)
    given = replace(field(rng, 60, target=target), forced=forced)
    return solve(given, AUTO, FitLimits())


def test_light_above_the_noise_is_a_magnitude() -> None:
    found = solution(Forced(mag=-4.0, mag_err=0.2, limit=-3.2, snr=5.6)).magnitude
    assert found.value == pytest.approx(-4.0 + ZERO_POINT, abs=0.02)
    assert found.error == 0.2
    assert found.total > 0.2
    assert found.snr == 5.6


def test_light_within_the_noise_is_a_limit_by_the_noise_at_its_place() -> None:
    for forced in (Forced(-2.0, 0.7, -3.0, 1.4), Forced(None, None, -3.0, -0.3)):
        found = solution(forced).magnitude
        assert found.value == pytest.approx(-3.0 + ZERO_POINT, abs=0.02)
        assert (found.error, found.total) == (-1, -1)
        assert found.snr == forced.snr


def test_a_faint_signal_has_a_word() -> None:
    told = solution(Forced(-4.0, 0.3, -3.2, 3.4)).warnings
    assert any("3.4 times the noise" in one for one in told)
    sure = solution(Forced(-4.0, 0.1, -3.2, 9.0)).warnings
    assert not any("times the noise" in one for one in sure)


def test_a_star_of_the_list_goes_before_the_forced_light() -> None:
    found = solution(Forced(-4.0, 0.2, -3.2, 5.6), target=True)
    assert found.target == 0
    assert found.magnitude.snr is None


def test_without_an_image_the_limit_is_the_faintest_star() -> None:
    found = solution(None).magnitude
    assert found.error == -1
    assert found.snr is None
    assert found.value > 16


def at_the_edge(forced: Forced | None) -> Field:
    given = field(np.random.default_rng(4), 60, target=False)
    return replace(given, target_ra=10.25, forced=forced)


def test_a_target_on_the_image_may_lie_where_no_stars_are() -> None:
    found = solve(at_the_edge(Forced(-4.0, 0.2, -3.2, 5.6)), AUTO, FitLimits())
    assert found.magnitude.snr == 5.6
    with pytest.raises(CalibrationImpossibleError, match="outside the uploaded field"):
        solve(at_the_edge(None), AUTO, FitLimits())


def test_the_forced_light_goes_through_to_the_report() -> None:
    rng = np.random.default_rng(5)
    plain = PAIRS.bands[0].model_copy(update={"colour": None})
    pairs = PAIRS.model_copy(update={"bands": (plain,)})
    event = FieldMatched(frame=frame(), stars=STARS, surveys=(pairs,), forced=FORCED)
    read = field_of(event)
    assert read.forced is not None
    assert (read.forced.mag, read.forced.snr) == (FORCED.mag, FORCED.snr)
    given = replace(field(rng, 60, target=False), forced=read.forced)
    said = solved(event, given, solve(given, AUTO, FitLimits()), AUTO)
    assert said.magnitude.forced
    assert said.magnitude.snr == FORCED.snr
    assert said.magnitude.detected is None


def test_a_star_beyond_the_plates_reach_is_not_the_target() -> None:
    rng = np.random.default_rng(6)
    given = field(rng, 60)
    off = replace(given, target_dec=given.target_dec + 1.5 / 3600)
    near = Forced(mag=-4.0, mag_err=0.2, limit=-3.2, snr=5.6, reach=2.0)
    assert solve(replace(off, forced=near), AUTO, FitLimits()).target == 0
    far = replace(near, reach=0.5)
    found = solve(replace(off, forced=far), AUTO, FitLimits())
    assert found.target is None
    assert found.magnitude.snr == 5.6
