"""Webhooks, hashtags, observers: what people can have done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.gateway.actions import (
    people,
    webhooks,
)
from services.gateway.domain.refusal import RefusalError
from services.gateway.domain.roles import Role
from tests.support.desk import Office
from tests.support.stores import OBSERVER, observer

ADMINISTRATOR = observer(Role.ADMINISTRATOR, 1)


async def test_an_observer_has_webhooks_outside_and_not_too_many() -> None:
    office, kept = Office(), []

    async def add(observer_id: int, url: str, secret: str) -> bool:
        kept.append((observer_id, url, secret))
        return len(kept) < 3

    async def drop(observer_id: int, number: str) -> bool:
        return (observer_id, number) == (OBSERVER.id, "one")

    office.webhooks.add, office.webhooks.drop = add, drop
    url, secret = await webhooks.add_webhook(
        office.desk, OBSERVER, {"url": "https://example.org/x"}
    )
    assert kept == [(OBSERVER.id, url, secret)]
    with pytest.raises(RefusalError, match="public address"):
        await webhooks.add_webhook(office.desk, OBSERVER, {"url": "http://10.0.0.1/"})
    another = {"url": "https://example.org/y"}
    await webhooks.add_webhook(office.desk, OBSERVER, another)
    with pytest.raises(RefusalError, match="enough"):
        await webhooks.add_webhook(office.desk, OBSERVER, another)
    await webhooks.drop_webhook(office.desk, OBSERVER, {"id": "one"})
    with pytest.raises(RefusalError, match="no such webhook"):
        await webhooks.drop_webhook(office.desk, OBSERVER, {"id": "two"})


async def test_a_new_observer_gets_a_hashtag_that_works() -> None:
    office = Office()
    hashtag = await people.register(
        office.desk, {"obsName": "Białków", "lon": "16.7", "lat": "51.5"}
    )
    known = office.hashtags.kept[hashtag]
    assert office.observers.kept[known.observer_id].name == "Białków"


async def test_a_name_that_is_taken_is_no_new_observer() -> None:
    office = Office()
    order = {"obsName": "Białków", "lon": "16.7", "lat": "51.5"}
    await people.register(office.desk, order)
    with pytest.raises(RefusalError, match="obsName is taken by observer") as fault:
        await people.register(office.desk, order)
    assert fault.value.status == 409
    assert fault.value.field == "obsName"


@pytest.mark.parametrize(
    ("who", "fields", "told"),
    [
        (observer(Role.OBSERVER), {"scope": "upload"}, "may do no more than yours"),
        (OBSERVER, {"scope": "administer"}, "may do no more than yours"),
        (OBSERVER, {"scope": "anything"}, "may do no more than yours"),
        (OBSERVER, {"days": "99999"}, "days must be at most"),
        (OBSERVER, {"label": "a\u202eb"}, "hidden character"),
    ],
)
async def test_a_hashtag_is_no_more_than_the_one_that_makes_it(
    who: Any, fields: dict[str, str], told: str
) -> None:
    office = Office()
    given = {"scope": "read", "label": "robot"} | fields
    with pytest.raises(RefusalError, match=told):
        await people.add_hashtag(office.desk, who, given)
    assert office.hashtags.kept == {}


@pytest.mark.parametrize(("days", "fine"), [("0", False), ("9", False), ("1", True)])
async def test_a_hashtag_outlives_none(days: str, *, fine: bool) -> None:
    soon = datetime.now(UTC) + timedelta(days=2)
    office, who = Office(), observer(until=soon)
    fields = {"scope": "read", "label": "robot", "days": days}
    if fine:
        made = await people.add_hashtag(office.desk, who, fields)
        assert office.hashtags.kept[made].scope == "read"
        return
    with pytest.raises(RefusalError, match="may not outlive yours"):
        await people.add_hashtag(office.desk, who, fields)


async def test_only_a_hashtag_of_full_trust_revokes_others() -> None:
    office = Office()
    await office.hashtags.add(OBSERVER.id, "lost")
    with pytest.raises(RefusalError, match="all that you may"):
        await people.revoke_hashtag(
            office.desk, observer(Role.OBSERVER), {"id": "lost"}
        )
    await people.revoke_hashtag(office.desk, OBSERVER, {"id": "lost"})
    with pytest.raises(RefusalError, match="no such hashtag"):
        await people.revoke_hashtag(office.desk, OBSERVER, {"id": "lost"})


async def test_the_administrator_rotates_a_hashtag() -> None:
    office = Office()
    await office.hashtags.add(OBSERVER.id, "old")
    name, fresh = await people.rotate_hashtag(office.desk, {"observer": "2"})
    assert name == OBSERVER.name
    assert list(office.hashtags.kept) == [fresh]
    with pytest.raises(RefusalError, match="no observer 99"):
        await people.rotate_hashtag(office.desk, {"observer": "99"})


async def test_a_wish_for_a_hashtag_is_whole() -> None:
    office = Office()
    wish = {"obsName": "A", "lon": "1", "lat": "2", "mail": "a@example.org"}
    await people.ask_for_hashtag(office.desk, wish)
    assert office.hashtags.asked == [wish]
    with pytest.raises(RefusalError, match="mail is missing"):
        await people.ask_for_hashtag(office.desk, wish | {"mail": ""})
