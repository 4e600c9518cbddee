"""The gateway's view of targets and observations in a real document store."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from services.gateway.domain.search import Cone, Kind, NamePart
from services.gateway.store.packed import PackedCurves
from services.gateway.store.point_lists import PointLists
from services.gateway.store.target_lists import TargetLists
from services.gateway.store.view import ViewStore
from shared.contracts.alerts import (
    ObservationDeleted,
    ObservationRecorded,
    Provenance,
)
from shared.mongo import Database
from tests.support.builders import ALERT, OBSERVER, recorded


@pytest.fixture
async def view(database: Database) -> ViewStore:
    store = ViewStore(database, PackedCurves(database))
    await store.prepare()
    return store


ALL = NamePart("")
DELETED = ObservationDeleted(observation_id=7, alert_id=26316, revision=2)
NEWER = recorded(observation_id=7, revision=3, mode="AUTO")
CHANGES: list[ObservationRecorded | ObservationDeleted] = [
    recorded(observation_id=7),
    DELETED,
    NEWER,
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_revision_counts_in_whichever_order_events_come(
    view: ViewStore, order: tuple[int, ...]
) -> None:
    for place in order:
        change = CHANGES[place]
        if isinstance(change, ObservationDeleted):
            await view.drop_observation(change)
        else:
            await view.put_observation(change)
    assert await view.light_curve(26316) == [NEWER]


async def test_a_deleted_point_stays_away_when_an_old_one_comes_late(
    view: ViewStore,
) -> None:
    await view.drop_observation(DELETED)
    await view.put_observation(recorded(observation_id=7))
    assert await view.light_curve(26316) == []


async def test_a_target_is_found_whatever_the_case(view: ViewStore) -> None:
    await view.put_alerts([ALERT])
    assert await view.called("IVO://gaia16AYE") == [ALERT]
    assert await view.alert(26316) == ALERT
    assert await view.called("ivo://other") == []


@pytest.mark.parametrize(
    "name", ["SN 2024abc", "sn_2024ABC", "SN-2024abc", "ivo://sn2024abc", "SN2024abc"]
)
async def test_a_target_is_found_however_its_name_is_written(
    view: ViewStore, name: str
) -> None:
    one = ALERT.model_copy(update={"ivorn": "ivo://SN 2024abc"})
    await view.put_alerts([one])
    assert await view.called(name) == [one]


async def test_the_very_name_goes_before_one_like_it(view: ViewStore) -> None:
    one, other = (
        ALERT.model_copy(update={"id": number, "ivorn": f"ivo://{name}"})
        for number, name in ((1, "SN 2024abc"), (2, "SN2024abc"))
    )
    await view.put_alerts([one])
    await view.put_alerts([other])
    assert await view.called("sn 2024abc") == [one]
    assert await view.called("SN2024abc") == [other]
    assert await view.called("SN_2024abc") == [one, other]


async def test_targets_are_listed_newest_first_with_counts(
    view: ViewStore, database: Database
) -> None:
    for number in (1, 2, 3):
        await view.put_alerts(
            [ALERT.model_copy(update={"id": number, "ivorn": f"ivo://T{number}"})]
        )
    target = recorded().frame.target.model_copy(update={"alert_id": 2})
    frame = recorded().frame.model_copy(update={"target": target})
    for number in (1, 2):
        await view.put_observation(recorded(observation_id=number, frame=frame))
    lists = TargetLists(database)
    rows = await lists.page(ALL, 20)
    assert [(row.alert.id, row.points) for row in rows] == [(3, 0), (2, 2), (1, 0)]
    rows = await lists.page(ALL, 20, observed=True)
    assert [(row.alert.id, row.points) for row in rows] == [(2, 2)]
    assert [one.alert.id for one in await lists.page(ALL, 1, offset=1)] == [2]
    assert [one.alert.id for one in await lists.page(ALL, 9, before=3)] == [2, 1]
    assert [one.alert.id for one in await lists.page(NamePart("t3"), 9)] == [3]
    assert await PointLists(database).counts_by_observer([OBSERVER.id, 9]) == {
        OBSERVER.id: 2,
        9: 0,
    }


async def test_a_target_without_points_is_observed_no_more(
    view: ViewStore, database: Database
) -> None:
    await view.put_observation(recorded())
    await view.put_alerts([ALERT])
    lists = TargetLists(database)
    assert len(await lists.page(ALL, 9, observed=True)) == 1
    await view.drop_observation(
        ObservationDeleted(observation_id=61376, alert_id=26316, revision=9)
    )
    assert await lists.page(ALL, 9, observed=True) == []


async def test_targets_are_found_around_a_place_nearest_first(
    view: ViewStore, database: Database
) -> None:
    places = {1: (359.99, 30.0), 2: (0.01, 30.0), 3: (0.0, 30.03), 4: (0.2, 30.0)}
    for number, (ra, dec) in places.items():
        update = {"id": number, "ivorn": f"ivo://T{number}", "ra": ra, "dec": dec}
        await view.put_alerts([ALERT.model_copy(update=update)])
    found = await TargetLists(database).page(Cone(0.0, 30.001, 0.05), 9)
    assert [one.alert.id for one in found][2:] == [3]
    assert {one.alert.id for one in found} == {1, 2, 3}


async def test_observations_are_listed_by_page_observer_and_time(
    view: ViewStore, database: Database
) -> None:
    for number in range(1, 30):
        frame = recorded().frame.model_copy(update={"mjd": 57000.0 + number})
        await view.put_observation(recorded(observation_id=number, frame=frame))
    lists = PointLists(database)
    first = await lists.page(10)
    assert [one.observation_id for one in first] == list(range(29, 19, -1))
    second = await lists.page(10, before=20)
    assert [one.observation_id for one in second] == list(range(19, 9, -1))
    assert await lists.page(10, observer_id=99) == []
    assert await lists.bands() == [("APASS", "r")]


@pytest.mark.parametrize("few", [0, 500])
async def test_a_time_limit_lists_by_time_and_ends_with_a_whole_moment(
    view: ViewStore, database: Database, few: int
) -> None:
    times = [57001.0, 57009.0, 57003.0, 57003.0, 57003.0, 57100.0, 57000.5]
    for number, mjd in enumerate(times, start=1):
        frame = recorded().frame.model_copy(update={"mjd": mjd})
        await view.put_observation(recorded(observation_id=number, frame=frame))
    lists = PointLists(database, few)
    whose = OBSERVER.id
    page = await lists.page(2, observer_id=whose, since=57000.0, until=57050.0)
    assert [point.observation_id for point in page] == [2, 5, 4, 3]
    until = page[-1].frame.mjd
    page = await lists.page(2, observer_id=whose, since=57000.0, until=until)
    assert [point.observation_id for point in page] == [1, 7]
    assert len(await lists.page(9, since=57050.0)) == 1


async def test_targets_are_listed_by_their_last_observation(
    view: ViewStore, database: Database
) -> None:
    lists = TargetLists(database)
    for number in (1, 2, 3, 4):
        update = {"id": number, "ivorn": f"ivo://L{number}"}
        await view.put_alerts([ALERT.model_copy(update=update)])
    for number, target in ((5, 1), (6, 3), (7, 2), (8, 3)):
        frame = recorded().frame
        of = frame.target.model_copy(update={"alert_id": target})
        point = recorded(
            observation_id=number, frame=frame.model_copy(update={"target": of})
        )
        await view.put_observation(point)
    rows = await lists.page(ALL, 9, order="observed")
    assert [(row.alert.id, row.last) for row in rows] == [(3, 8), (2, 7), (1, 5)]
    rows = await lists.page(ALL, 9, order="observed", before=7)
    assert [row.alert.id for row in rows] == [1]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (Kind(classification="sn"), [2, 1]),
        (Kind(classification="SN II"), [2]),
        (Kind(stream="gaia"), [3]),
        (Kind(since="2026-01-02"), [3, 2]),
        (Kind(until="2026-01-02"), [1]),
        (Kind(since="2026-01-02", until="2026-01-03"), [2]),
    ],
)
async def test_targets_are_found_by_class_stream_and_date(
    view: ViewStore, database: Database, kind: Kind, found: list[int]
) -> None:
    for number, classification in ((1, "SN Ia"), (2, "SN II"), (3, "nova")):
        update: dict[str, object] = {
            "id": number,
            "ivorn": f"ivo://K{number}",
            "classification": classification,
            "published": datetime(2026, 1, number, 12, tzinfo=UTC),
        }
        if number == 3:
            update["provenance"] = Provenance(packet="", stream="Gaia", rules="")
        await view.put_alerts([ALERT.model_copy(update=update)])
    rows = await TargetLists(database).page(ALL, 9, kind=kind)
    assert [row.alert.id for row in rows] == found
