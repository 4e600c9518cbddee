"""A newer server over what an older one kept: nothing is lost, nothing is doubled."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.alerts.store.new_target import NewTarget
from services.alerts.store.targets import TargetStore
from services.gateway.store.packed import PackedCurves
from services.gateway.store.view import ViewStore
from shared.contracts.alerts import Alert
from shared.mongo import Database, index_of_some, no_index, renew
from tests.support.builders import ALERT, recorded

NEXT = Alert(
    id=1, ivorn="ivo://Next", ra=1, dec=2, published=datetime.now(UTC), revision=1
)


async def kept_by_an_older_server(database: Database, *alerts: Alert) -> None:
    """Targets as they were kept before they had aliases: one name, unique."""
    await database["alerts"].create_index("name_key", unique=True)
    for alert in alerts:
        await database["alerts"].insert_one(
            {
                "_id": alert.id,
                "name_key": alert.ivorn.casefold(),
                "revision": alert.revision,
                "alert": alert.model_dump(mode="json"),
            }
        )


async def test_an_older_server_s_targets_are_found_and_not_made_again(
    database: Database,
) -> None:
    other = NEXT.model_copy(update={"id": 8, "ivorn": "ivo://Other"})
    await kept_by_an_older_server(database, ALERT, other)
    store = TargetStore(database)
    await store.prepare()
    same = NewTarget(ivorn=ALERT.ivorn, ra=1, dec=2, change="again")
    assert await store.create(same) == (ALERT, False)
    assert await store.near(ALERT.ra, ALERT.dec, 1.0) == ALERT
    made, new = await store.create(replace(same, ivorn="ivo://Next"))
    again = await store.create(replace(same, ivorn="ivo://After"))
    assert (made.ivorn, new, again[1]) == ("ivo://Next", True, True)
    assert len([one async for one in store.all()]) == 4


async def test_an_older_server_s_view_shows_its_targets_and_new_ones(
    database: Database,
) -> None:
    await kept_by_an_older_server(database, ALERT)
    view = ViewStore(database, PackedCurves(database))
    for number in (7, 9, 8):
        await view.put_observation(recorded(observation_id=number))
    await database["alerts"].update_one({"_id": ALERT.id}, {"$unset": {"last": ""}})
    await view.prepare()
    assert await view.called(ALERT.ivorn.upper()) == [ALERT]
    kept = await database["alerts"].find_one({"_id": ALERT.id})
    assert kept is not None
    assert kept["last"] == 9
    for number, name in ((1, "ivo://Next"), (2, "ivo://After")):
        new = NEXT.model_copy(update={"id": number, "ivorn": name})
        await view.put_alerts([new])
        assert await view.called(name) == [new]


async def test_what_is_renewed_is_left_alone_and_what_broke_off_begins_again(
    database: Database,
) -> None:
    things = database["things"]
    await things.insert_many([{"_id": number} for number in range(3)])
    seen: list[int] = []

    async def write_again(document: dict[str, int]) -> None:
        seen.append(document["_id"])
        if len(seen) == 2:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await renew(things, 1, write_again)
    await renew(things, 1, write_again)
    assert sorted(seen[2:]) == [0, 1, 2]
    await renew(things, 1, write_again)
    assert len(seen) == 5
    await renew(things, 2, write_again)
    assert len(seen) == 8


async def test_an_older_server_s_indexes_give_way(database: Database) -> None:
    things = database["things"]
    await things.create_index("ends")
    await things.create_index("said")
    await things.create_index([("pixels", 1), ("at", 1)])
    for _ in range(2):
        await index_of_some(things, "ends", sparse=True)
        await index_of_some(
            things, "pixels", "at", partialFilterExpression={"pixels": True}
        )
        await no_index(things, "said")
    known = await things.index_information()
    assert known.keys() == {"_id_", "some_ends", "some_pixels_at"}
    assert known["some_ends"]["sparse"]
    assert known["some_pixels_at"]["partialFilterExpression"] == {"pixels": True}
