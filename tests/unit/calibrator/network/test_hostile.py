"""Networks that real telescopes make: alike, odd, blind, wrong about themselves."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bench.simulated_network import FloatArray, Simulated, simulated
from services.calibrator.domain.network.colour import Series, magnitude_at
from services.calibrator.domain.network.frames import MeasuredFrame, Setup
from services.calibrator.domain.network.light_curve import (
    Homogenised,
    homogenised,
    network_of,
)
from services.calibrator.domain.network.setups import changes_of, history_of
from tests.unit.calibrator.network.networks import (
    Plan,
    errors,
    simulation,
    solved,
    with_colour,
)

G_R = {"g": ("g", "r"), "r": ("g", "r")}


def _pull(made: Simulated, done: Homogenised) -> float:
    part = np.array([not why for why in done.left_out])
    pull = errors(made, done.network, done.light) / done.light.total_err
    return float(np.sqrt(np.mean(pull[part] ** 2)))


def _with_term(made: Simulated, term: float) -> list[MeasuredFrame]:
    """The frames as if all telescopes had one more colour term."""
    mean = made.sky.colour.mean()
    return [
        replace(
            one,
            mag=one.mag - term * (one.colour - mean),
            target=replace(one.target, mag=one.target.mag - term * made.plan.blue),
        )
        for one in made.frames
    ]


@pytest.mark.parametrize("term", [0.2, 0.5])
def test_a_colour_term_that_all_telescopes_share_is_no_fault_of_the_survey(
    term: float,
) -> None:
    made = simulation(2, wrong=0.05)
    network = solved(_with_term(made, term))
    own = np.array([one.term for one in made.telescopes])
    assert (network.found.term - own).mean() == pytest.approx(term, abs=0.03)
    assert network.survey.scatter < 0.03
    error = errors(made, network, with_colour(network, made.colour))
    assert abs(error.mean()) < 0.02


@pytest.mark.parametrize("factor", [100, 10, 0.01, 0])
def test_a_telescope_that_is_wrong_about_its_errors_is_found_out(
    factor: float,
) -> None:
    made = simulation(3, observatories=4, wrong=0.05)
    odd = [
        replace(one, mag_err=one.mag_err * factor) if one.setup == Setup(1) else one
        for one in made.frames
    ]
    network = network_of(odd)
    light = with_colour(network, made.colour)
    pull = errors(made, network, light) / light.total_err
    assert 0.7 < np.sqrt(np.mean(pull**2)) < 1.3


def test_a_telescope_without_any_of_the_network_s_stars_spoils_nothing() -> None:
    wide = simulation(0, observatories=2, frames=8, stars=700)
    other = simulation(1, observatories=1, frames=3, stars=40)
    elsewhere = [
        replace(one, name=f"x{one.name}", setup=Setup(9), number=one.number + 1_000_000)
        for one in other.frames
    ]
    done = homogenised({"r": network_of([*wide.frames, *elsewhere])}, {})["r"]
    told = [why for why in done.left_out if why]
    assert told == 3 * ["It has 0 of the network's stars, 3 are needed."]
    assert done.network.table.above.shape == (19, 500)
    assert np.isfinite(done.light.mag).all()


def _two_bands(
    mag: Callable[[float], float], colour: Callable[[float], float], term: float
) -> tuple[Simulated, Homogenised, FloatArray]:
    """A target that varies, seen in g and r; return it in g with its true colours."""
    plan = Plan(observatories=4, frames=40, term=term)
    green, red = (simulated(np.random.default_rng(seed), plan) for seed in (7, 8))

    def moved(made: Simulated, one: MeasuredFrame, by: float) -> MeasuredFrame:
        own = made.telescopes[one.setup.observer].term
        redder = own * (colour(one.mjd) - made.plan.blue)
        light = one.target.mag + mag(one.mjd) - by - redder
        made.light[one.name] += mag(one.mjd) - by
        return replace(one, target=replace(one.target, mag=light))

    mean = float(green.sky.colour.mean())
    frames = [moved(green, one, 0.0) for one in green.frames]
    others = [moved(red, one, mean + colour(one.mjd)) for one in red.frames]
    bands = {"g": network_of(frames), "r": network_of(others)}
    done = homogenised(bands, G_R)["g"]
    return green, done, np.array([mean + colour(t) for t in done.network.table.mjd])


@pytest.mark.parametrize("term", [0.1, 0.5])
def test_the_colour_of_a_fast_variable_is_told_as_uncertain(term: float) -> None:
    def phase(mjd: float) -> float:
        return float(np.sin(2 * np.pi * mjd / 0.55))

    made, done, true = _two_bands(
        lambda t: 0.5 * phase(t), lambda t: 0.2 * phase(t) - 0.4, term
    )
    pull = (done.colour.value - true) / done.colour.err
    assert np.sqrt(np.mean(pull**2)) < 1.6
    assert _pull(made, done) < 1.4


def test_a_colour_that_changes_is_followed_between_telescopes() -> None:
    made = simulation(6, term=0.1)

    def redder(mjd: float) -> float:
        return 1.5 * (mjd - 60000) / 60

    frames = [
        replace(
            one,
            target=replace(
                one.target,
                mag=one.target.mag
                - made.telescopes[one.setup.observer].term * redder(one.mjd),
            ),
        )
        for one in made.frames
    ]
    network = network_of(frames)
    done = homogenised({"r": network}, {})["r"]
    assert _pull(made, done) < 1.5
    early, late = (
        done.colour.value[one].mean()
        for one in (network.table.mjd < 60015, network.table.mjd > 60045)
    )
    assert late - early > 0.5


def test_a_slow_drift_is_no_change_of_filter() -> None:
    made = simulation(4, observatories=3, frames=40)
    mean = made.sky.colour.mean()
    drifting = [
        replace(
            one,
            mag=one.mag
            - 0.1 * np.sin(2 * np.pi * (one.mjd - 60000) / 60) * (one.colour - mean),
        )
        for one in made.frames
    ]
    assert changes_of(solved(drifting)) == {}


def test_a_band_without_colours_has_no_terms_through_time() -> None:
    made = simulation(observatories=2, frames=6)
    plain = [replace(one, colour=np.full(len(one.mag), np.nan)) for one in made.frames]
    history = history_of(solved(plain), 0)
    assert np.isnan(history.term_err).all()
    assert np.isfinite(history.noise).all()


def test_far_points_of_what_varies_tell_little() -> None:
    mjd = np.arange(0.0, 20.0, 0.7)
    wild = Series(mjd, 15 + 0.5 * np.sin(7 * mjd), np.full(len(mjd), 0.01))
    calm = Series(mjd, np.full(len(mjd), 15.0), np.full(len(mjd), 0.01))
    (_, wild_err), (_, calm_err) = (
        magnitude_at(np.array([10.15]), one) for one in (wild, calm)
    )
    assert wild_err[0] > 0.15
    assert calm_err[0] < 0.07
