"""Pages by running numbers are whole whatever the gaps, and read little."""

import pytest

from services.gateway.store.paging import Listing, Paging
from shared.mongo import Database

LISTING = Listing("things", "number", "things")


@pytest.mark.parametrize(
    "numbers",
    [
        list(range(1, 60)),
        [1, 2, 3, 50_000],
        [7],
        [],
        [1, 40, 1600, 64_000, 2_560_000],
        [*range(1, 400), *range(100_000, 100_010)],
    ],
    ids=["dense", "gap", "one", "none", "sparse", "old and new"],
)
async def test_pages_follow_one_another_to_the_end(
    database: Database, numbers: list[int]
) -> None:
    top = max(numbers, default=0)
    await database["tops"].insert_one({"_id": "things", "top": top})
    if numbers:
        await database["things"].insert_many(
            [{"_id": n, "number": n, "odd": n % 2} for n in numbers]
        )
    pages, seen, before = Paging(database), [], None
    while True:
        page = await pages.read(LISTING, {}, 4, before=before, offset=0)
        seen += [one["number"] for one in page]
        if len(page) < 4:
            break
        before = page[-1]["number"]
    assert seen == sorted(numbers, reverse=True)
    odd = await pages.read(LISTING, {"odd": 1}, 3, before=None, offset=1)
    expected = [n for n in sorted(numbers, reverse=True) if n % 2][1:4]
    assert [one["number"] for one in odd] == expected
