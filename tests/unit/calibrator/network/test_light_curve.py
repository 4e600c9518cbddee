"""Bands of one target joined by its colour; telescopes that change."""

from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.network.agreement import offsets_of
from services.calibrator.domain.network.colour import ColourSource, Series, colour_at
from services.calibrator.domain.network.frames import MeasuredFrame, Setup
from services.calibrator.domain.network.identities import Identities
from services.calibrator.domain.network.light import light_of
from services.calibrator.domain.network.light_curve import homogenised, network_of
from services.calibrator.domain.network.setups import by_night, history_of
from tests.unit.calibrator.network.networks import errors, offsets, simulation

G_R = {"g": ("g", "r"), "r": ("g", "r")}


def _shifted(frame: MeasuredFrame, by: float) -> MeasuredFrame:
    """The frame in another band: everything brighter by so much."""
    return replace(frame, target=replace(frame.target, mag=frame.target.mag - by))


def test_the_colour_of_the_target_is_that_of_its_points_in_other_bands() -> None:
    green, red = simulation(1), simulation(2)
    bands = {
        "g": network_of(green.frames),
        "r": network_of([_shifted(one, green.colour) for one in red.frames]),
    }
    done = homogenised(bands, G_R)
    assert (done["g"].colour.source == ColourSource.OTHER_BANDS).mean() > 0.9
    known = np.isfinite(done["g"].colour.value)
    assert done["g"].colour.value[known].mean() == pytest.approx(green.colour, abs=0.1)
    error = errors(green, bands["g"], done["g"].light)
    alone = errors(green, bands["g"], light_of(bands["g"]))
    assert offsets(bands["g"], error).std() < 0.4 * offsets(bands["g"], alone).std()
    assert done["g"].light.colour_err.mean() < 0.5 * 0.7 * 0.05


def test_a_told_colour_serves_where_no_other_band_is_near() -> None:
    made = simulation()
    told = [
        replace(one, target=replace(one.target, colour=made.colour))
        for one in made.frames
    ]
    network = network_of(told)
    done = homogenised({"r": network}, G_R)["r"]
    assert (done.colour.source == ColourSource.TOLD).all()
    assert done.colour.value == pytest.approx(made.colour)
    assert offsets(network, errors(made, network, done.light)).std() < 0.008


def test_telescopes_that_disagree_tell_a_colour_that_nobody_told() -> None:
    made = simulation(5)
    network = network_of(made.frames)
    done = homogenised({"r": network}, {})["r"]
    assert (done.colour.source == ColourSource.TELESCOPES).all()
    assert done.colour.value == pytest.approx(made.colour, abs=0.3)
    error = offsets(network, errors(made, network, done.light))
    plain = offsets(network, errors(made, network, light_of(network)))
    assert error.std() < 0.4 * plain.std()
    assert done.light.colour_err.mean() < 0.5 * light_of(network).colour_err.mean()


def test_one_telescope_tells_no_colour() -> None:
    made = simulation(observatories=1)
    done = homogenised({"r": network_of(made.frames)}, {})["r"]
    assert (done.colour.source == ColourSource.NOBODY).all()


def test_colours_grow_uncertain_with_time_and_end_after_three_days() -> None:
    points = Series(np.array([10.0]), np.array([15.0]), np.array([0.02]))
    colour, error = colour_at(np.array([10.0, 11.0, 14.0]), points, points)
    assert colour[:2] == pytest.approx([0, 0])
    assert error[0] < 0.04
    assert error[1] > 0.1
    assert np.isnan(colour[2])
    assert np.isnan(error[2])


def test_a_changed_filter_is_noticed_and_taken_for_another_telescope() -> None:
    made = simulation(4, observatories=3, frames=40)
    middle = 60030.0

    def changed(frame: MeasuredFrame) -> MeasuredFrame:
        if frame.setup != Setup(1) or frame.mjd < middle:
            return frame
        redder = frame.colour - made.sky.colour.mean()
        light = frame.target.mag - 0.2 * made.plan.blue
        return replace(
            frame,
            mag=frame.mag - 0.2 * redder,
            target=replace(frame.target, mag=light),
        )

    network = network_of([changed(one) for one in made.frames], Identities())
    assert network.table.setups == [Setup(0), Setup(1), Setup(1, part=1), Setup(2)]
    before, after = network.found.term[1:3]
    assert after - before == pytest.approx(0.2, abs=0.02)
    first = min(network.table.mjd[network.table.setup == 2])
    assert first == min(
        one.mjd for one in made.frames if one.setup == Setup(1) and one.mjd >= middle
    )
    done = homogenised({"r": network}, {})["r"]
    assert all(offset is not None for offset in offsets_of(done))


def test_telescopes_that_stay_as_they_are_are_not_split() -> None:
    for seed in range(8):
        network = network_of(simulation(seed, wrong=0.08, frames=40).frames)
        assert len(network.table.setups) == 8


def test_offsets_tell_a_telescope_that_lies_off() -> None:
    made = simulation(observatories=4, frames=40)
    off = [_shifted(one, 0.05) if one.setup == Setup(2) else one for one in made.frames]
    told = [replace(one, target=replace(one.target, colour=made.colour)) for one in off]
    found = offsets_of(homogenised({"r": network_of(told)}, {})["r"])
    values = [offset for one in found if one for offset in one[:1]]
    assert np.argmin(values) == 2
    assert values[2] == pytest.approx(-0.05, abs=0.02)


def test_nights_are_means_of_their_frames() -> None:
    made = simulation(observatories=1, frames=30)
    network = network_of(made.frames)
    history = history_of(network, 0)
    nights = by_night(history)
    assert len(nights.mjd) == len(np.unique(np.floor(history.mjd)))
    mean = np.average(nights.term, weights=nights.term_err**-2)
    assert mean == pytest.approx(network.found.term[0], abs=0.004)
