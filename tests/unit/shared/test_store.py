"""Which faults of a bulk write are the store's, and which are a document's."""

from typing import Any, cast

import pytest
from pymongo.errors import BulkWriteError, ConnectionFailure, WriteError

from shared.mongo import Collection, is_away, keep_new

DUPLICATE = {"index": 1, "code": 11000}
NO_ROOM = {"index": 0, "code": 14031}
NOT_AT_A_MAJORITY = {"code": 91, "errmsg": "shutdown in progress"}


def fault(*errors: dict[str, Any], concern: bool = False) -> BulkWriteError:
    concerns = [NOT_AT_A_MAJORITY] if concern else []
    return BulkWriteError({"writeErrors": [*errors], "writeConcernErrors": concerns})


class Refusing:
    """A collection that refuses to keep some documents."""

    def __init__(self, fault: BulkWriteError) -> None:
        self._fault = fault

    async def insert_many(self, _: object, *, ordered: bool) -> None:
        assert not ordered
        raise self._fault


async def kept(raised: BulkWriteError) -> frozenset[int]:
    return await keep_new(cast("Collection", Refusing(raised)), [{}, {}])


@pytest.mark.parametrize(
    ("raised", "away"),
    [
        (ConnectionFailure(), True),
        (WriteError("no room", 14031), True),
        (fault(DUPLICATE, NO_ROOM), True),
        (fault(concern=True), True),
        (fault(DUPLICATE), False),
        (fault({"index": 0, "code": 2}), False),
        (ValueError(), False),
    ],
)
def test_a_bulk_write_without_room_or_majority_is_a_store_that_is_away(
    raised: Exception, *, away: bool
) -> None:
    assert is_away(raised) is away


async def test_what_is_kept_already_clashes() -> None:
    assert await kept(fault(DUPLICATE)) == {1}


@pytest.mark.parametrize(
    "raised", [fault(DUPLICATE, NO_ROOM), fault(DUPLICATE, concern=True), fault()]
)
async def test_what_may_not_be_on_disk_is_never_taken_for_kept(
    raised: BulkWriteError,
) -> None:
    with pytest.raises(BulkWriteError):
        await kept(raised)
