"""What becomes of a target's networks as its points come and go."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.handlers.networks import (
    on_network_changed,
    on_observation_deleted,
    on_observation_recorded,
)
from services.calibrator.networks import Networks
from services.calibrator.store.measured import MeasuredStore
from services.calibrator.store.networks import NetworkStore, Told
from services.calibrator.store.points import PointStore
from shared.columns import unpack
from shared.contracts.alerts import ObservationDeleted, ObservationRecorded
from shared.contracts.base import Event
from shared.contracts.calibrator import LightCurveHomogenised, NetworkChanged
from shared.mongo import Database
from tests.support.builders import OBSERVER
from tests.support.networks import point_of, stars_of
from tests.unit.calibrator.network.networks import simulation

MADE = simulation(observatories=3, frames=6, stars=20)
TARGET = 7


class Server:
    """The part of the calibrator that has networks."""

    def __init__(self, database: Database) -> None:
        self.measured, self.points = MeasuredStore(database), PointStore(database)
        self.versions = NetworkStore(database)
        self.networks = Networks(self.measured)
        self.heard: dict[tuple[int, str], LightCurveHomogenised] = {}

    def restarted(self) -> None:
        self.networks = Networks(self.measured)

    async def record(self, point: ObservationRecorded) -> Sequence[Event]:
        return await on_observation_recorded(
            point, points=self.points, measured=self.measured
        )

    async def delete(self, number: int) -> Sequence[Event]:
        gone = ObservationDeleted(observation_id=number, alert_id=TARGET, revision=2)
        return await on_observation_deleted(gone, points=self.points)

    async def solve(self, changes: Sequence[Event]) -> list[LightCurveHomogenised]:
        said: list[Event] = []
        for change in changes:
            assert isinstance(change, NetworkChanged)
            said += await on_network_changed(
                change,
                points=self.points,
                versions=self.versions,
                networks=self.networks,
            )
        curves = [one for one in said if isinstance(one, LightCurveHomogenised)]
        assert len(curves) == len(said)
        for curve in curves:
            self.heard[curve.alert_id, curve.band] = curve
        return curves


@pytest.fixture
async def server(database: Database) -> Server:
    one = Server(database)
    await one.points.prepare()
    for frame in MADE.frames:
        await one.measured.put(stars_of(frame, "APASS", "PS1"))
    return one


async def _all(server: Server, *, observers: Sequence[int] = (0, 1, 2)) -> list[Event]:
    changes: list[Event] = []
    for number, frame in enumerate(MADE.frames, 1):
        if frame.setup.observer in observers:
            changes += await server.record(point_of(MADE, frame, number))
    return changes


def _without_version(curve: LightCurveHomogenised) -> LightCurveHomogenised:
    return curve.model_copy(update={"version": 1})


async def test_many_changes_are_answered_by_one_solution(server: Server) -> None:
    (told,) = await server.solve(await _all(server))
    assert (told.band, told.survey, told.version) == ("r", "APASS", 1)
    assert told.points is not None
    assert unpack(told.points.observation_id).size == len(MADE.frames)
    assert [setup.observer for setup in told.setups] == ["no. 0", "no. 1", "no. 2"]
    assert told.left_out == {}


async def test_a_change_that_another_solution_had_asks_for_none(
    server: Server,
) -> None:
    changes = await _all(server)
    assert len(await server.solve(changes[:1])) == 1
    made = simulation(9, observatories=1, frames=1, stars=20)
    newest = replace(made.frames[0], name="newest")
    await server.measured.put(stars_of(newest, "APASS", "PS1"))
    last = await server.record(point_of(made, newest, 60))
    assert await server.solve(changes[1:]) == []
    assert len(await server.solve(last)) == 1


async def test_a_deleted_telescope_leaves_the_rest_as_if_it_had_never_been(
    server: Server, connected: Callable[[str], Database]
) -> None:
    await server.solve(await _all(server))
    for number, frame in enumerate(MADE.frames, 1):
        if frame.setup.observer == 1:
            await server.solve(await server.delete(number))
    never = Server(connected("never"))
    for frame in MADE.frames:
        await never.measured.put(stars_of(frame, "APASS", "PS1"))
    await never.solve(await _all(never, observers=(0, 2)))
    left, right = server.heard[TARGET, "r"], never.heard[TARGET, "r"]
    assert left.version == 7
    assert server.networks._frames() == 12
    assert _without_version(left) == _without_version(right)


async def test_a_restarted_process_tells_the_very_same(server: Server) -> None:
    changes = await _all(server)
    (told,) = await server.solve(changes)
    server.restarted()
    (again,) = await server.solve(changes[:1])  # its answer was lost: heard again
    assert again == told
    assert await server.solve(changes[1:]) == []


async def test_an_answer_that_was_lost_is_said_after_a_later_one(
    server: Server,
) -> None:
    changes = await _all(server)
    lost = await server.solve(changes[:1])
    made = simulation(9, observatories=1, frames=1, stars=20)
    other = replace(made.frames[0], name="in g")
    await server.measured.put(stars_of(other, "PS1", band="g"))
    point = point_of(made, other, 50, survey="PS1", band="g")
    (later,) = await server.solve(await server.record(point))
    assert later.band == "g"
    (again,) = await server.solve(changes[:1])
    assert again == lost[0].model_copy(update={"version": 2})
    await server.record(point.model_copy(update={"revision": 2}))
    both = await server.solve(changes[:1])
    assert [one.band for one in both] == ["g", "r"]


async def test_a_restored_point_is_back_and_an_old_revision_is_not(
    server: Server,
) -> None:
    await server.solve(await _all(server))
    before = server.heard[TARGET, "r"]
    await server.solve(await server.delete(4))
    assert await server.record(point_of(MADE, MADE.frames[3], 4)) == []
    back = point_of(MADE, MADE.frames[3], 4, revision=3)
    (told,) = await server.solve(await server.record(back))
    assert told.version == 3
    assert told.points is not None
    assert before.points is not None
    assert told.points.mag == before.points.mag


async def test_a_point_that_moved_to_another_target_leaves_its_first(
    server: Server,
) -> None:
    await server.solve(await _all(server))
    for number, frame in enumerate(MADE.frames, 1):
        moved = point_of(MADE, frame, number, revision=2, alert_id=9)
        await server.solve(await server.record(moved))
    old, new = server.heard[TARGET, "r"], server.heard[9, "r"]
    assert old.points is None
    assert new.points is not None
    assert unpack(new.points.observation_id).size == len(MADE.frames)


async def test_the_survey_of_most_points_is_that_of_all(server: Server) -> None:
    for number, frame in enumerate(MADE.frames, 1):
        survey = "PS1" if number % 3 else "APASS"
        changes = await server.record(point_of(MADE, frame, number, survey=survey))
    (told,) = await server.solve(changes)
    assert told.survey == "PS1"
    assert told.left_out == {}


async def test_points_without_stars_are_told_and_spoil_nothing(server: Server) -> None:
    changes = await _all(server)
    made = simulation(9, observatories=1, frames=2, stars=20)
    elsewhere, unkept = (replace(one, name=f"x{one.name}") for one in made.frames)
    await server.measured.put(stars_of(elsewhere, "GAIA"))
    for number, one in enumerate((elsewhere, unkept), 98):
        changes += await server.record(point_of(made, one, number))
    (told,) = await server.solve(changes[-1:])
    assert told.left_out.keys() == {"98", "99"}
    assert all("let it be recalibrated" in why for why in told.left_out.values())


async def test_a_point_has_the_stars_of_its_own_submission(server: Server) -> None:
    await server.solve(await _all(server))
    before = server.heard[TARGET, "r"]
    other = MADE.frames[3]
    for band in ("r", "g"):  # of a submission that never became a point
        brighter = replace(other, mag=other.mag - 1)
        await server.measured.put(
            stars_of(brighter, "APASS", band=band, upload="another")
        )
    server.restarted()
    again = point_of(MADE, other, 4, revision=2)
    (told,) = await server.solve(await server.record(again))
    assert told.points is not None
    assert before.points is not None
    assert told.points.mag == before.points.mag


async def test_stars_of_before_a_recorded_submission_are_let_go(server: Server) -> None:
    frame = MADE.frames[3]
    await server.measured.put(stars_of(frame, "APASS", upload="later"))
    point = point_of(MADE, frame, 4, upload="later", revision=2)
    await server.record(point)
    assert await server.measured.of_uploads([str(point.frame.upload_id)], "APASS")
    first = stars_of(frame, "APASS")[0]
    assert await server.measured.of_uploads([str(first.upload)], "APASS") == {}


async def test_of_two_processes_one_tells_a_version(server: Server) -> None:
    first = Told(1, "a", {"r": "x"}, {"1:1": ["r"]})
    assert await server.versions.tell(TARGET, first)
    assert not await server.versions.tell(TARGET, first)
    second = replace(first, version=2, state="b")
    assert await server.versions.tell(TARGET, second)
    assert not await server.versions.tell(TARGET, replace(second, state="c"))
    kept = await server.versions.told(TARGET)
    assert kept is not None
    assert kept.state == "b"


async def test_a_band_that_does_not_change_is_not_told_again(server: Server) -> None:
    await server.solve(await _all(server))
    made = simulation(9, observatories=1, frames=1, stars=20)
    other = replace(made.frames[0], name="in g")
    await server.measured.put(stars_of(other, "PS1", band="g"))
    point = point_of(made, other, 50, survey="PS1", band="g")
    (told,) = await server.solve(await server.record(point))
    assert (told.band, told.version) == ("g", 2)
    (gone,) = await server.solve(await server.delete(50))
    assert (gone.band, gone.survey) == ("g", None)


async def test_an_older_state_of_a_point_that_moved_changes_nothing(
    server: Server,
) -> None:
    point = point_of(MADE, MADE.frames[0], 1)
    await server.record(point_of(MADE, MADE.frames[0], 1, revision=2, alert_id=9))
    assert await server.record(point) == []
    later = point_of(MADE, MADE.frames[0], 1, revision=3)
    changed = await server.record(later)
    assert [one.alert_id for one in changed if isinstance(one, NetworkChanged)] == [
        7,
        9,
    ]


async def test_an_observer_s_many_filters_are_a_few_telescopes(server: Server) -> None:
    for number, frame in enumerate(MADE.frames, 1):
        point = point_of(MADE, frame, number)
        name = f"{number:03}" + 50 * "x"
        own = point.frame.model_copy(update={"filter": name, "observer": OBSERVER})
        changes = await server.record(point.model_copy(update={"frame": own}))
    (told,) = await server.solve(changes)
    assert len(told.setups) == 9
    assert all(len(setup.filter) <= 40 for setup in told.setups)


async def test_a_colour_that_the_observer_told_is_used(server: Server) -> None:
    for number, frame in enumerate(MADE.frames, 1):
        point = point_of(MADE, frame, number, colour=MADE.colour)
        changes = await server.record(point)
    (told,) = await server.solve(changes)
    assert told.points is not None
    assert unpack(told.points.colour) == pytest.approx(MADE.colour)
    assert np.abs(unpack(told.points.colour_err)).max() < 0.02
