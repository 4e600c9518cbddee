"""Observers and their hashtags in a real document store."""

import pytest

from services.gateway.admin import operate
from services.gateway.store.observers import ObserverStore
from shared.mongo import Database


@pytest.fixture
async def observers(database: Database) -> ObserverStore:
    store = ObserverStore(database, session_days=1)
    await store.prepare()
    return store


async def test_of_a_hashtag_only_the_hash_is_stored(
    observers: ObserverStore, database: Database
) -> None:
    await observers.add(
        name="Ostrowik",
        longitude=21.4,
        latitude=52.1,
        allow_upload=True,
        hashtag="s3cret",
    )
    found = await observers.by_hashtag("s3cret")
    assert found is not None
    assert found.name == "Ostrowik"
    assert await observers.by_hashtag("S3cret") is None
    kept = [str(document) async for document in database["observers"].find()]
    assert kept
    assert "s3cret" not in "".join(kept)


async def test_a_replaced_hashtag_ends_its_sessions(observers: ObserverStore) -> None:
    one = await observers.add(
        name="A", longitude=0, latitude=0, allow_upload=True, hashtag="old"
    )
    await observers.open_session("token", one)
    assert await observers.by_session("token") == one
    assert await observers.set_hashtag(one.id, "new")
    assert await observers.by_session("token") is None
    assert await observers.by_hashtag("old") is None
    assert await observers.by_hashtag("new") == one


async def test_a_rotated_hashtag_of_the_administrator_survives_a_restart(
    observers: ObserverStore,
) -> None:
    await observers.make_admin("first")
    assert await observers.set_hashtag(1, "second")
    await observers.make_admin("first")
    assert await observers.by_hashtag("first") is None
    admin = await observers.by_hashtag("second")
    assert admin is not None
    assert admin.is_admin


async def test_the_operator_rotates_and_revokes_hashtags(
    observers: ObserverStore,
) -> None:
    one = await observers.add(
        name="A", longitude=0, latitude=0, allow_upload=True, hashtag="old"
    )
    other = await observers.add(
        name="B", longitude=0, latitude=0, allow_upload=True, hashtag="other"
    )
    (line,) = await operate(observers, "rotate", one.id)
    assert await observers.by_hashtag("old") is None
    assert await observers.by_hashtag(line.partition(": ")[2]) == one
    for observer in (one, other):
        await operate(observers, "revoke", observer.id)
    assert await observers.by_hashtag("other") is None
    assert await operate(observers, "revoke", 99) == ["There is no observer 99."]
    assert [line.split() for line in await operate(observers, "list", 0)] == [
        [str(one.id), "A"],
        [str(other.id), "B"],
    ]
