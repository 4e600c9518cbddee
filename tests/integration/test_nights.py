"""What the frames of a night say is kept, each once, for its neighbours alone."""

from uuid import uuid4

import pytest

from services.calibrator.store.nights import NightStore
from shared.mongo import Database
from tests.support.builders import frame

EVIDENCE = {"APASS/r": 0.0, "APASS/V": -3.0}


@pytest.fixture
async def nights(database: Database) -> NightStore:
    store = NightStore(database)
    await store.prepare()
    return store


async def test_a_frame_hears_of_its_neighbours_and_not_of_itself(
    nights: NightStore,
) -> None:
    one, other = (frame(frame_id=uuid4(), mjd=57000.0 + step) for step in (0.0, 0.1))
    await nights.learn(one, EVIDENCE)
    await nights.learn(one, EVIDENCE)
    assert await nights.others(one) == []
    assert await nights.others(other) == [EVIDENCE]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"mjd": 57001.0},
        {"filter": "V"},
        {"target": frame().target.model_copy(update={"alert_id": 7})},
        {"observer": frame().observer.model_copy(update={"id": 7})},
    ],
)
async def test_another_night_filter_target_or_observer_is_another_thing(
    nights: NightStore, elsewhere: dict[str, object]
) -> None:
    one = frame(frame_id=uuid4(), mjd=57000.0)
    await nights.learn(one, EVIDENCE)
    other = one.model_copy(update={"frame_id": uuid4(), **elsewhere})
    assert await nights.others(other) == []
