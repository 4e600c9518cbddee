"""Networks whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.network.light import light_of
from services.calibrator.domain.network.misfits import left_out, star_verdict
from tests.unit.calibrator.network.networks import (
    errors,
    offsets,
    simulation,
    solved,
    with_colour,
)


@pytest.mark.parametrize("wrong", [0.0, 0.08, 0.25])
def test_telescopes_agree_though_their_filters_do_not(wrong: float) -> None:
    made = simulation(wrong=wrong)
    network = solved(made.frames)
    error = errors(made, network, with_colour(network, made.colour))
    assert offsets(network, error).std() < 0.008  # of colour terms of 0.06: 0.04


def test_errors_are_as_large_as_told() -> None:
    pulls = []
    for seed in range(6):
        made = simulation(seed, wrong=0.08)
        network = solved(made.frames)
        light = with_colour(network, made.colour)
        pulls.append(errors(made, network, light) / light.total_err)
    assert np.sqrt(np.mean(np.square(pulls))) == pytest.approx(1.0, abs=0.15)


def test_colour_terms_and_noise_are_those_of_the_telescopes() -> None:
    made = simulation(frames=60)
    network = solved(made.frames)
    terms = np.array([one.term for one in made.telescopes])
    found = network.found.term
    assert np.abs(found - found.mean() - terms + terms.mean()).max() < 0.01
    floors = np.array([one.floor for one in made.telescopes])
    assert network.noise.floor == pytest.approx(floors, abs=0.003)
    scales = np.array([one.scale for one in made.telescopes])
    assert network.noise.scale == pytest.approx(scales, rel=0.35)


def test_an_unknown_colour_is_told_as_a_part_of_the_error() -> None:
    made = simulation()
    network = solved(made.frames)
    known, unknown = with_colour(network, made.colour), light_of(network)
    assert (unknown.colour_err > known.colour_err).all()
    term = np.abs(network.found.term)[network.table.setup]
    assert (unknown.colour_err >= 0.7 * term).all()
    assert (unknown.total_err > unknown.colour_err).all()


def test_the_same_frames_give_the_same_curve_in_whatever_order_they_came() -> None:
    made = simulation(wrong=0.08)
    light = light_of(solved(made.frames))
    again = light_of(solved(made.frames[::-1]))
    assert np.array_equal(light.mag, again.mag)
    assert np.array_equal(light.total_err, again.total_err)


def test_a_variable_comparison_star_is_found_and_spoils_nothing() -> None:
    made = simulation(3, wrong=0.08)
    rng = np.random.default_rng(5)
    varied = [
        replace(
            frame,
            mag=frame.mag + np.where(made.star[frame.name] == 5, rng.normal(0, 0.1), 0),
        )
        for frame in made.frames
    ]
    network = solved(varied)
    verdict = star_verdict(network)
    (found,) = np.flatnonzero(verdict.suspect)
    assert network.table.stars.ra[found] == made.sky.ra[5]
    assert verdict.varies[found] == pytest.approx(0.1, abs=0.02)
    error = errors(made, network, with_colour(network, made.colour))
    assert offsets(network, error).std() < 0.008


def test_a_frame_whose_stars_are_others_is_left_out_with_a_reason() -> None:
    made = simulation(frames=12)
    bad, rng = made.frames[17], np.random.default_rng(2)
    wrong = replace(bad, mag=bad.mag + rng.normal(0, 1, len(bad.mag)))
    cloudy = replace(
        made.frames[40],
        mag=made.frames[40].mag + rng.normal(0, 0.2, len(made.frames[40].mag)),
    )
    others = [one for one in made.frames if one.name not in {wrong.name, cloudy.name}]
    network = solved([*others, wrong, cloudy])
    told = {
        frame.name: why
        for frame, why in zip(network.table.frames, left_out(network), strict=True)
        if why
    }
    assert told.keys() == {wrong.name, cloudy.name}
    assert all("Its stars scatter" in why for why in told.values())


def test_a_frame_with_more_wrong_stars_than_right_ones_is_left_out() -> None:
    made = simulation(stars=10)
    bad = made.frames[30]
    half = np.where(np.arange(len(bad.mag)) % 3 == 0, 0.0, 0.6)
    off = replace(bad, mag=bad.mag + half * np.arange(len(half)))
    network = solved([off, *(one for one in made.frames if one is not bad)])
    place = [frame.name for frame in network.table.frames].index(bad.name)
    assert f"of its {len(half)} stars disagree" in left_out(network)[place]


def test_a_star_that_the_survey_has_wrong_moves_no_telescope() -> None:
    made = simulation(stars=12)
    wrong = [
        replace(
            frame,
            reference=frame.reference + np.where(made.star[frame.name] == 3, 0.4, 0),
        )
        for frame in made.frames
    ]
    network = solved(wrong)
    place = np.flatnonzero(network.table.stars.ra == made.sky.ra[3])
    assert network.survey.trust[place] < 0.5
    assert network.found.star[place] == pytest.approx(-0.4, abs=0.08)


def test_a_limit_stays_one() -> None:
    made = simulation(observatories=3, frames=5)
    first = made.frames[0]
    limit = replace(first, target=replace(first.target, mag_err=None))
    network = solved([limit, *made.frames[1:]])
    light = light_of(network)
    place = int(np.flatnonzero(light.is_limit)[0])
    assert network.table.frames[place] is limit
    assert light.total_err[place] == -1
    assert light.mag[place] == pytest.approx(
        limit.target.mag + network.zero_point[place]
    )


def test_one_frame_alone_is_calibrated() -> None:
    made = simulation(observatories=1, frames=1)
    network = solved(made.frames)
    error = errors(made, network, with_colour(network, made.colour))
    assert abs(error[0]) < 4 * with_colour(network, made.colour).total_err[0]


def test_stars_without_colours_serve() -> None:
    made = simulation(observatories=2, frames=6)
    plain = [replace(one, colour=np.full(len(one.mag), np.nan)) for one in made.frames]
    network = solved(plain)
    assert np.isfinite(light_of(network).mag).all()
    assert network.found.term == pytest.approx(0.0, abs=1e-6)
