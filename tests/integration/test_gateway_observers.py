"""Observers and their hashtags in a real document store."""

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.admin.__main__ import operate
from services.gateway.domain.roles import Role
from services.gateway.store.hashtags import HashtagStore
from services.gateway.store.observers import KnownObserver, ObserverStore
from shared.mongo import Database


@pytest.fixture
async def observers(database: Database) -> ObserverStore:
    store = ObserverStore(database)
    await store.prepare()
    return store


@pytest.fixture
async def hashtags(database: Database, observers: ObserverStore) -> HashtagStore:
    store = HashtagStore(database, session_days=1)
    await store.prepare()
    return store


async def known(
    observers: ObserverStore, name: str = "A", *, allow_upload: bool = True
) -> KnownObserver:
    return await observers.add(
        name=name, longitude=21.4, latitude=52.1, allow_upload=allow_upload
    )


async def whose(hashtags: HashtagStore, hashtag: str) -> int | None:
    found = await hashtags.known(hashtag)
    return None if found is None else found.observer_id


async def test_of_a_hashtag_only_the_hash_is_stored(
    observers: ObserverStore, hashtags: HashtagStore, database: Database
) -> None:
    one = await known(observers)
    await hashtags.add(one.id, "s3cret")
    assert await whose(hashtags, "s3cret") == one.id
    assert await whose(hashtags, "S3cret") is None
    kept = [str(document) async for document in database["hashtags"].find()]
    kept += [str(document) async for document in database["observers"].find()]
    assert len(kept) == 2
    assert "s3cret" not in "".join(kept)


async def test_a_revoked_hashtag_ends_its_sessions(
    observers: ObserverStore, hashtags: HashtagStore
) -> None:
    one = await known(observers)
    await hashtags.add(one.id, "old")
    opened = await hashtags.known("old")
    assert opened is not None
    await hashtags.open_session("token", opened)
    login = await hashtags.session("token")
    assert login is not None
    assert (login.id, login.observer_id) == (opened.id, one.id)
    assert await hashtags.revoke(one.id) == 1
    assert await hashtags.session("token") is None
    assert await whose(hashtags, "old") is None


async def test_a_hashtag_ends_when_its_days_are_over(
    observers: ObserverStore, hashtags: HashtagStore
) -> None:
    one = await known(observers)
    now = datetime.now(UTC)
    await hashtags.add(one.id, "over", expires=now - timedelta(days=1))
    await hashtags.add(one.id, "good", expires=now + timedelta(days=1))
    assert await whose(hashtags, "over") is None
    assert await whose(hashtags, "good") == one.id


async def test_a_hashtag_remembers_when_it_was_seen(
    observers: ObserverStore, hashtags: HashtagStore
) -> None:
    one = await known(observers)
    await hashtags.add(one.id, "seen", label="laptop")
    await hashtags.known("seen")
    (kept,) = await hashtags.of(one.id)
    assert kept.label == "laptop"
    assert kept.used is not None


@pytest.mark.parametrize(
    ("scope", "owner", "role"),
    [
        ("read", "may upload", Role.OBSERVER),
        ("upload", "may upload", Role.UPLOADER),
        ("upload", "may not", Role.OBSERVER),
        ("administer", "may upload", Role.UPLOADER),
    ],
)
async def test_a_hashtag_allows_no_more_than_its_scope_and_its_owner(
    observers: ObserverStore,
    hashtags: HashtagStore,
    scope: str,
    owner: str,
    role: Role,
) -> None:
    one = await known(observers, allow_upload=owner == "may upload")
    await hashtags.add(one.id, "scoped", scope=scope)
    opened = await hashtags.known("scoped")
    assert opened is not None
    assert (await observers.known_by(opened)).role is role


async def test_a_session_ends_with_its_hashtag(
    observers: ObserverStore, hashtags: HashtagStore, database: Database
) -> None:
    one = await known(observers)
    soon = datetime.now(UTC) + timedelta(hours=1)
    await hashtags.add(one.id, "short", expires=soon)
    opened = await hashtags.known("short")
    assert opened is not None
    await hashtags.open_session("token", opened)
    assert await hashtags.session("token") is not None
    over = {"$set": {"expires": datetime.now(UTC) - timedelta(seconds=1)}}
    await database["hashtags"].update_one({"_id": opened.id}, over)
    assert await hashtags.session("token") is None


async def test_hashes_kept_with_observers_move_to_the_hashtags(
    observers: ObserverStore, hashtags: HashtagStore, database: Database
) -> None:
    one = await known(observers)
    await hashtags.add(one.id, "old")
    (hashed,) = [kept["_id"] async for kept in database["hashtags"].find()]
    await hashtags.revoke(one.id)
    await database["observers"].update_one({"_id": one.id}, {"$set": {"hash": hashed}})
    await hashtags.prepare()
    assert await whose(hashtags, "old") == one.id


async def test_the_operator_rotates_and_revokes_hashtags(
    observers: ObserverStore, hashtags: HashtagStore
) -> None:
    one, other = await known(observers), await known(observers, "B")
    await hashtags.add(one.id, "old")
    await hashtags.add(other.id, "other")
    (line,) = await operate(observers, hashtags, "rotate", one.id)
    assert await whose(hashtags, "old") is None
    assert await whose(hashtags, line.partition(": ")[2]) == one.id
    for observer in (one, other):
        await operate(observers, hashtags, "revoke", observer.id)
    assert await whose(hashtags, "other") is None
    told = await operate(observers, hashtags, "revoke", 99)
    assert told == ["There is no observer 99."]
    listed = await operate(observers, hashtags, "list", 0)
    assert [line.split() for line in listed] == [
        [str(one.id), "A"],
        [str(other.id), "B"],
    ]
