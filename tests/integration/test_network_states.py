"""What is said of a network once, again, or not at all."""

from dataclasses import replace

from services.calibrator.store.networks import Told
from shared.columns import unpack
from shared.contracts.calibrator import NetworkChanged
from tests.support.calibrator import MADE, TARGET, Calibrator, every_point
from tests.support.networks import point_of, stars_of
from tests.unit.calibrator.network.networks import simulation


async def test_many_changes_are_answered_by_one_solution(
    calibrator: Calibrator,
) -> None:
    (told,) = await calibrator.solve(await every_point(calibrator))
    assert (told.band, told.survey, told.version) == ("r", "APASS", 1)
    assert told.points is not None
    assert unpack(told.points.observation_id).size == len(MADE.frames)
    assert [setup.observer for setup in told.setups] == ["no. 0", "no. 1", "no. 2"]
    assert told.left_out == {}


async def test_a_change_that_another_solution_had_asks_for_none(
    calibrator: Calibrator,
) -> None:
    changes = await every_point(calibrator)
    assert len(await calibrator.solve(changes[:1])) == 1
    made = simulation(9, observatories=1, frames=1, stars=20)
    newest = replace(made.frames[0], name="newest")
    await calibrator.measured.put(stars_of(newest, "APASS", "PS1"))
    last = await calibrator.record(point_of(made, newest, 60))
    assert await calibrator.solve(changes[1:]) == []
    assert len(await calibrator.solve(last)) == 1


async def test_a_restarted_process_tells_the_very_same(calibrator: Calibrator) -> None:
    changes = await every_point(calibrator)
    (told,) = await calibrator.solve(changes)
    calibrator.restarted()
    (again,) = await calibrator.solve(changes[:1])  # its answer was lost: heard again
    assert again == told
    assert await calibrator.solve(changes[1:]) == []


async def test_an_answer_that_was_lost_is_said_after_a_later_one(
    calibrator: Calibrator,
) -> None:
    changes = await every_point(calibrator)
    lost = await calibrator.solve(changes[:1])
    made = simulation(9, observatories=1, frames=1, stars=20)
    other = replace(made.frames[0], name="in g")
    await calibrator.measured.put(stars_of(other, "PS1", band="g"))
    point = point_of(made, other, 50, survey="PS1", band="g")
    (later,) = await calibrator.solve(await calibrator.record(point))
    assert later.band == "g"
    (again,) = await calibrator.solve(changes[:1])
    assert again == lost[0].model_copy(update={"version": 2})
    await calibrator.record(point.model_copy(update={"revision": 2}))
    both = await calibrator.solve(changes[:1])
    assert [one.band for one in both] == ["g", "r"]


async def test_of_two_processes_one_tells_a_version(calibrator: Calibrator) -> None:
    first = Told(1, "a", {"r": "x"}, {"1:1": ["r"]})
    assert await calibrator.versions.tell(TARGET, first)
    assert not await calibrator.versions.tell(TARGET, first)
    second = replace(first, version=2, state="b")
    assert await calibrator.versions.tell(TARGET, second)
    assert not await calibrator.versions.tell(TARGET, replace(second, state="c"))
    kept = await calibrator.versions.told(TARGET)
    assert kept is not None
    assert kept.state == "b"


async def test_a_band_that_does_not_change_is_not_told_again(
    calibrator: Calibrator,
) -> None:
    await calibrator.solve(await every_point(calibrator))
    made = simulation(9, observatories=1, frames=1, stars=20)
    other = replace(made.frames[0], name="in g")
    await calibrator.measured.put(stars_of(other, "PS1", band="g"))
    point = point_of(made, other, 50, survey="PS1", band="g")
    (told,) = await calibrator.solve(await calibrator.record(point))
    assert (told.band, told.version) == ("g", 2)
    (gone,) = await calibrator.solve(await calibrator.delete(50))
    assert (gone.band, gone.survey) == ("g", None)


async def test_an_older_state_of_a_point_that_moved_changes_nothing(
    calibrator: Calibrator,
) -> None:
    point = point_of(MADE, MADE.frames[0], 1)
    await calibrator.record(point_of(MADE, MADE.frames[0], 1, revision=2, alert_id=9))
    assert await calibrator.record(point) == []
    later = point_of(MADE, MADE.frames[0], 1, revision=3)
    changed = await calibrator.record(later)
    assert [one.alert_id for one in changed if isinstance(one, NetworkChanged)] == [
        7,
        9,
    ]
