"""What becomes of a target's networks as its points come and go."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from shared.columns import unpack
from shared.contracts.calibrator import LightCurveHomogenised
from shared.mongo import Database
from tests.support.builders import OBSERVER
from tests.support.calibrator import MADE, TARGET, Calibrator, every_point
from tests.support.networks import point_of, stars_of
from tests.unit.calibrator.network.networks import simulation


def _without_version(curve: LightCurveHomogenised) -> LightCurveHomogenised:
    return curve.model_copy(update={"version": 1})


async def test_a_deleted_telescope_leaves_the_rest_as_if_it_had_never_been(
    calibrator: Calibrator, connected: Callable[[str], Database]
) -> None:
    await calibrator.solve(await every_point(calibrator))
    for number, frame in enumerate(MADE.frames, 1):
        if frame.setup.observer == 1:
            await calibrator.solve(await calibrator.delete(number))
    never = Calibrator(connected("never"))
    for frame in MADE.frames:
        await never.measured.put(stars_of(frame, "APASS", "PS1"))
    await never.solve(await every_point(never, observers=(0, 2)))
    left, right = calibrator.heard[TARGET, "r"], never.heard[TARGET, "r"]
    assert left.version == 7
    assert calibrator.networks._frames() == 12
    assert _without_version(left) == _without_version(right)


async def test_a_restored_point_is_back_and_an_old_revision_is_not(
    calibrator: Calibrator,
) -> None:
    await calibrator.solve(await every_point(calibrator))
    before = calibrator.heard[TARGET, "r"]
    await calibrator.solve(await calibrator.delete(4))
    assert await calibrator.record(point_of(MADE, MADE.frames[3], 4)) == []
    back = point_of(MADE, MADE.frames[3], 4, revision=3)
    (told,) = await calibrator.solve(await calibrator.record(back))
    assert told.version == 3
    assert told.points is not None
    assert before.points is not None
    assert told.points.mag == before.points.mag


async def test_a_point_that_moved_to_another_target_leaves_its_first(
    calibrator: Calibrator,
) -> None:
    await calibrator.solve(await every_point(calibrator))
    for number, frame in enumerate(MADE.frames, 1):
        moved = point_of(MADE, frame, number, revision=2, alert_id=9)
        await calibrator.solve(await calibrator.record(moved))
    old, new = calibrator.heard[TARGET, "r"], calibrator.heard[9, "r"]
    assert old.points is None
    assert new.points is not None
    assert unpack(new.points.observation_id).size == len(MADE.frames)


async def test_the_survey_of_most_points_is_that_of_all(
    calibrator: Calibrator,
) -> None:
    for number, frame in enumerate(MADE.frames, 1):
        survey = "PS1" if number % 3 else "APASS"
        changes = await calibrator.record(point_of(MADE, frame, number, survey=survey))
    (told,) = await calibrator.solve(changes)
    assert told.survey == "PS1"
    assert told.left_out == {}


async def test_points_without_stars_are_told_and_spoil_nothing(
    calibrator: Calibrator,
) -> None:
    changes = await every_point(calibrator)
    made = simulation(9, observatories=1, frames=2, stars=20)
    elsewhere, unkept = (replace(one, name=f"x{one.name}") for one in made.frames)
    await calibrator.measured.put(stars_of(elsewhere, "GAIA"))
    for number, one in enumerate((elsewhere, unkept), 98):
        changes += await calibrator.record(point_of(made, one, number))
    (told,) = await calibrator.solve(changes[-1:])
    assert told.left_out.keys() == {"98", "99"}
    assert all("let it be recalibrated" in why for why in told.left_out.values())


async def test_a_point_has_the_stars_of_its_own_submission(
    calibrator: Calibrator,
) -> None:
    await calibrator.solve(await every_point(calibrator))
    before = calibrator.heard[TARGET, "r"]
    other = MADE.frames[3]
    for band in ("r", "g"):  # of a submission that never became a point
        brighter = replace(other, mag=other.mag - 1)
        await calibrator.measured.put(
            stars_of(brighter, "APASS", band=band, upload="another")
        )
    calibrator.restarted()
    again = point_of(MADE, other, 4, revision=2)
    (told,) = await calibrator.solve(await calibrator.record(again))
    assert told.points is not None
    assert before.points is not None
    assert told.points.mag == before.points.mag


async def test_stars_of_before_a_recorded_submission_are_let_go(
    calibrator: Calibrator,
) -> None:
    frame = MADE.frames[3]
    await calibrator.measured.put(stars_of(frame, "APASS", upload="later"))
    point = point_of(MADE, frame, 4, upload="later", revision=2)
    await calibrator.record(point)
    assert await calibrator.measured.of_uploads([str(point.frame.upload_id)], "APASS")
    first = stars_of(frame, "APASS")[0]
    assert await calibrator.measured.of_uploads([str(first.upload)], "APASS") == {}


async def test_an_observer_s_many_filters_are_a_few_telescopes(
    calibrator: Calibrator,
) -> None:
    for number, frame in enumerate(MADE.frames, 1):
        point = point_of(MADE, frame, number)
        name = f"{number:03}" + 50 * "x"
        own = point.frame.model_copy(update={"filter": name, "observer": OBSERVER})
        changes = await calibrator.record(point.model_copy(update={"frame": own}))
    (told,) = await calibrator.solve(changes)
    assert len(told.setups) == 9
    assert all(len(setup.filter) <= 40 for setup in told.setups)


async def test_a_colour_that_the_observer_told_is_used(calibrator: Calibrator) -> None:
    for number, frame in enumerate(MADE.frames, 1):
        point = point_of(MADE, frame, number, colour=MADE.colour)
        changes = await calibrator.record(point)
    (told,) = await calibrator.solve(changes)
    assert told.points is not None
    assert unpack(told.points.colour) == pytest.approx(MADE.colour)
    assert np.abs(unpack(told.points.colour_err)).max() < 0.02
