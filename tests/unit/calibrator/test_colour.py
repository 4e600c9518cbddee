"""Colour terms: signs, the target's colour, and what earlier frames teach."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calibrator.domain.learning import (
    Learned,
    learned_prior,
    what_a_frame_says,
)
from services.calibrator.domain.model import (
    BandChoice,
    Field,
    FitLimits,
    Prior,
    TargetColour,
)
from services.calibrator.domain.outcome import (
    Solution,
)
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import field

TERM = 0.12


def tinted(rng: np.random.Generator, stars: int, term: float = TERM) -> Field:
    """A field whose filter makes red stars too bright: reference − instrumental
    grows with colour by the term; the target's is 0.3 mag redder than the mean.
    """
    one = field(rng, stars)
    (matches,) = one.bands
    colour = rng.normal(0.6, 0.3, stars)
    colour[0] = 0.9
    mag = one.mag - term * (colour - colour[1:].mean())
    return replace(one, mag=mag, bands=[replace(matches, colour=colour)])


def solved(one: Field, prior: Prior | None = None) -> Solution:
    return solve(
        one, BandChoice(), FitLimits(), lambda *_: Prior() if prior is None else prior
    )


@given(st.integers(0, 2**32 - 1), st.floats(-0.15, 0.15))
def test_a_red_star_that_seems_too_bright_means_a_positive_term(
    seed: int, term: float
) -> None:
    best = solved(tinted(np.random.default_rng(seed), 300, term)).best
    assert best.colour_term is not None
    assert best.colour_term_err is not None
    assert best.colour_term == pytest.approx(term, abs=5 * best.colour_term_err)


def test_the_term_is_applied_beside_the_plain_magnitude() -> None:
    one = replace(
        tinted(np.random.default_rng(1), 300),
        colours=[TargetColour("g-r", 0.9, "the observer")],
    )
    found = solved(one)
    truth = found.best.matches.mag[0]
    magnitude = found.magnitude
    assert magnitude.for_colour is not None
    assert magnitude.for_colour.value == pytest.approx(truth, abs=0.06)
    assert magnitude.for_colour.colour.source == "the observer"
    shift = magnitude.for_colour.value - magnitude.value
    assert shift == pytest.approx(TERM * 0.3, abs=0.02)
    assert magnitude.for_colour.total < magnitude.total
    assert magnitude.value == float(one.mag[0]) + found.best.zero_point


def test_the_reference_catalogue_knows_the_colour_when_nobody_tells_it() -> None:
    magnitude = solved(tinted(np.random.default_rng(2), 50)).magnitude
    assert magnitude.for_colour is not None
    assert magnitude.for_colour.colour == TargetColour("g-r", 0.9, "APASS")


def test_an_unknown_colour_leaves_the_plain_magnitude_alone() -> None:
    one = tinted(np.random.default_rng(3), 50)
    (matches,) = one.bands
    assert matches.colour is not None
    colour = np.where(np.arange(50) == 0, np.nan, matches.colour)
    dark = replace(one, bands=[replace(matches, colour=colour)])
    other = replace(dark, colours=[TargetColour("B-V", 0.9, "the observer")])
    assert solved(dark).magnitude.for_colour is None
    assert solved(other).magnitude.for_colour is None


def test_a_colour_beyond_the_stars_is_not_trusted() -> None:
    one = replace(
        tinted(np.random.default_rng(4), 50),
        colours=[TargetColour("g-r", 4.0, "the observer")],
    )
    assert solved(one).magnitude.for_colour is None


def test_frames_teach_the_next_ones_prior() -> None:
    rng = np.random.default_rng(5)
    said = [
        what_a_frame_says(solved(tinted(rng, 20, TERM), Prior(0.05, 0.1)).best)
        for _ in range(20)
    ]
    known = [each for each in said if each is not None]
    prior = learned_prior(known)
    assert len(known) == 20
    assert prior.mean == pytest.approx(TERM, abs=0.02)
    assert prior.sigma < 0.04


def test_a_learned_prior_helps_a_frame_of_few_stars() -> None:
    rng = np.random.default_rng(6)
    frames = [tinted(rng, 7) for _ in range(100)]
    terms = {
        prior: np.array([solved(one, prior).best.colour_term for one in frames])
        for prior in (Prior(), Prior(TERM, 0.025))
    }
    plain, taught = (np.sqrt(np.mean((each - TERM) ** 2)) for each in terms.values())
    assert taught < 0.5 * plain


def test_a_frame_says_the_same_whatever_the_prior_was() -> None:
    one = tinted(np.random.default_rng(7), 200)
    said = [
        what_a_frame_says(solved(one, prior).best)
        for prior in (Prior(), Prior(TERM, 0.03), Prior(0.0, 0.3))
    ]
    terms = [each.colour_term for each in said if each is not None]
    assert len(terms) == 3
    assert np.ptp(terms) < 0.003


def test_nothing_learned_is_the_wide_prior() -> None:
    assert learned_prior([]) == Prior()


def test_frames_that_contradict_each_other_teach_nothing() -> None:
    two_cameras = [Learned(term, 1e-4) for term in (-0.3, 0.3) * 10]
    assert learned_prior(two_cameras) == Prior()


def test_another_filter_than_the_learned_one_is_told() -> None:
    one = tinted(np.random.default_rng(8), 300, 0.15)
    (warning,) = solved(one, Prior(-0.15, 0.025)).warnings
    assert warning.endswith("is r your filter?")


def test_the_worked_example_of_a_colour_term() -> None:
    """docs/calibration.md: prior N(0, 0.1²), posterior 0.060 ± 0.030."""
    best = solved(tinted(np.random.default_rng(9), 30)).best
    fit = replace(best, colour_term=0.060, colour_term_err=0.030, prior=Prior())
    said = what_a_frame_says(fit)
    assert said is not None
    assert said.colour_term == pytest.approx(0.0659, abs=1e-4)
    assert said.variance**0.5 == pytest.approx(0.03145, abs=1e-5)
