"""The automatic choice, frame by simulated frame."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bench.choice import LIMITS, Frame, bayesian, frame, ours
from services.calibrator.domain.model import BandChoice
from services.calibrator.domain.outcome import (
    ZeroPoint,
)
from services.calibrator.domain.selection import rank
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import field

TWINS = {"PS1/r": 0.02, "APASS/r": 0.02}


def frames(seed: int, count: int, taken: str | None = None) -> list[Frame]:
    rng = np.random.default_rng(seed)
    return [frame(rng, taken) for _ in range(count)]


def fits(seed: int, stars: int = 40) -> Sequence[ZeroPoint]:
    one = field(np.random.default_rng(seed), stars, noise=TWINS)
    return solve(one, BandChoice(), LIMITS).ranking


def test_the_right_filter_is_chosen_as_often_as_a_bayesian_can() -> None:
    made = frames(2, 40)
    hits = sum(ours(one) == one.filter_name for one in made)
    bayes = sum(bayesian(one) == one.filter_name for one in made)
    assert hits >= bayes - 3
    assert hits >= 26


def test_unfiltered_frames_go_to_gaia_g() -> None:
    made = [one for one in frames(3, 25, "G") if len(one.field.mag) >= 20]
    level = [one for one in made if abs(one.colour_term) < 0.05]
    assert len(level) >= 4
    assert {ours(one) for one in level} == {"G"}


def test_a_learned_colour_term_does_not_change_the_choice() -> None:
    one = fits(4)
    taught = [replace(fit, colour_term=0.3) for fit in one]
    scores = {fit.matches.name: fit.score for fit in rank(one)}
    assert {fit.matches.name: fit.score for fit in rank(taught)} == scores


def test_of_equals_a_measured_band_goes_first() -> None:
    one, other = fits(4)
    made = replace(one, matches=replace(one.matches, origin="a formula"))
    measured = replace(one, matches=other.matches)
    for pair in ([made, measured], [measured, made]):
        assert rank(pair)[0].matches.origin == ""


def test_of_equals_the_smaller_colour_term_goes_first() -> None:
    one, other = fits(5)
    same = replace(one, matches=other.matches, colour_term=0.0)
    steep = replace(one, colour_term=0.11)
    assert rank([steep, same])[0].colour_term == 0.0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_equals_the_survey_that_comes_first_is_taken(order: tuple[int, int]) -> None:
    by_name = {fit.matches.survey: fit for fit in fits(6)}
    one = by_name["PS1"]
    pair = [one, replace(one, matches=by_name["APASS"].matches)]
    assert rank([pair[place] for place in order])[0].matches.survey == "APASS"


def test_one_wrong_reference_star_does_not_decide() -> None:
    for seed in range(20):
        one = field(np.random.default_rng(seed), 40, noise={"A/r": 0.02, "B/r": 0.06})
        good, _ = one.bands
        mag = good.mag.copy()
        mag[7] += 1.5
        spoiled = replace(one, bands=[replace(good, mag=mag), one.bands[1]])
        assert solve(spoiled, BandChoice(), LIMITS).best.matches.name == "A/r"
