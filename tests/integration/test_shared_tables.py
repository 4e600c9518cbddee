"""Survey tables that were loaded on one machine are the same on another."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.catalog.domain.stars import ReferenceStars
from services.catalog.sharing import SharedTables, TablesBehindError, is_behind
from services.catalog.store.kept_tables import KeptTables
from services.catalog.store.tables import SurveyTables
from shared.blobs import BlobMissingError, BlobStore
from shared.mongo import Database


def stars(count: int, seed: int) -> ReferenceStars:
    rng = np.random.default_rng(seed)
    mag = rng.uniform(8, 20, count)
    return ReferenceStars(
        rng.uniform(0, 360, count), rng.uniform(-80, 80, count), {"V": mag}, {"V": mag}
    )


class Machine:
    """A catalog's folder, and its way to the common store."""

    def __init__(self, folder: Path, kept: KeptTables) -> None:
        folder.mkdir()
        self.tables = SurveyTables(folder)
        self.shared = SharedTables(self.tables, kept, folder)

    def stars(self, survey: str) -> int:
        known = survey in self.tables.surveys()
        return len(self.tables.rows(survey)) if known else 0


async def aligned(*machines: Machine) -> None:
    """Let machines look, one after the other, which tables count."""
    for machine in machines:
        await machine.shared.align()


@pytest.fixture
def kept(connected: Callable[[str], Database], database: Database) -> KeptTables:
    return KeptTables(database, BlobStore(connected("blobs")))


@pytest.fixture
def pair(kept: KeptTables, tmp_path: Path) -> tuple[Machine, Machine]:
    return Machine(tmp_path / "one", kept), Machine(tmp_path / "two", kept)


@pytest.mark.parametrize("count", [50, 90_000], ids=["small", "of several chunks"])
async def test_a_table_loaded_on_one_machine_is_fetched_by_another(
    pair: tuple[Machine, Machine], count: int
) -> None:
    one, two = pair
    survey = f"Survey{count}"
    one.tables.add(survey, stars(count, 1), "first")
    await aligned(*pair)
    assert two.stars(survey) == count
    assert np.array_equal(one.tables.rows(survey), two.tables.rows(survey))
    two.tables.add(survey, stars(7, 2), "second")
    await aligned(two, one)
    assert one.stars(survey) == count + 7
    assert one.tables.current(survey)["sources"] == ["first", "second"]


async def test_a_dropped_table_goes_everywhere_and_may_come_again(
    pair: tuple[Machine, Machine], kept: KeptTables
) -> None:
    one, two = pair
    one.tables.add("Dropped", stars(9, 3), "first")
    await aligned(*pair)
    await kept.drop("Dropped")
    await aligned(*pair)
    assert (one.stars("Dropped"), two.stars("Dropped")) == (0, 0)
    two.tables.add("Dropped", stars(4, 4), "again")
    await aligned(two, one)
    assert (one.stars("Dropped"), two.stars("Dropped")) == (4, 4)


async def test_an_older_table_that_was_shared_gives_way(
    pair: tuple[Machine, Machine], kept: KeptTables
) -> None:
    one, two = pair
    one.tables.add("Older", stars(9, 5), "first")
    await aligned(*pair)
    one.tables.add("Older", stars(5, 6), "second")
    await one.shared.align()
    await one.shared.align()
    assert one.stars("Older") == 14
    await two.shared.align()
    assert two.stars("Older") == 14


async def test_nothing_is_calibrated_by_a_table_while_another_is_fetched(
    pair: tuple[Machine, Machine], kept: KeptTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    handled: list[object] = []

    async def handler(event: object) -> list[object]:
        handled.append(event)
        return []

    guarded = two.shared.alike(handler)  # type: ignore[arg-type]
    one.tables.add("Held", stars(9, 7), "first")
    await one.shared.align()

    async def fetch(entry: Mapping[str, Any], path: Path) -> None:
        with pytest.raises(TablesBehindError, match="Held") as told:
            await guarded("upload")
        assert is_behind(told.value)
        await real(entry, path)

    real = kept.fetch
    monkeypatch.setattr(kept, "fetch", fetch)
    await two.shared.align()
    await guarded("upload")
    assert handled == ["upload"]


async def test_a_fetch_that_fails_holds_uploads_until_it_works_or_is_not_wanted(
    pair: tuple[Machine, Machine], kept: KeptTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair

    async def handler(_: object) -> list[object]:
        return []

    guarded = two.shared.alike(handler)  # type: ignore[arg-type]

    async def fails(*_: object) -> None:
        raise BlobMissingError("gone")

    one.tables.add("Failing", stars(9, 8), "first")
    await one.shared.align()
    with monkeypatch.context() as broken:
        broken.setattr(kept, "fetch", fails)
        await two.shared.align()
        assert two.shared.warnings() == [
            "the table of Failing cannot be fetched: BlobMissingError"
        ]
        with pytest.raises(TablesBehindError, match="Failing"):
            await guarded("upload")
        broken.setattr("services.catalog.sharing._PATIENCE", 0.0)
        assert await guarded("upload") == []
    await kept.drop("Failing")
    await two.shared.align()
    assert await guarded("upload") == []
    assert two.shared.warnings() == []


async def test_the_same_stars_under_two_names_are_kept_while_one_has_them(
    pair: tuple[Machine, Machine], kept: KeptTables
) -> None:
    one, two = pair
    for name in ("Twin", "Copy"):
        one.tables.add(name, stars(9, 9), "first")
    await one.shared.align()
    await kept.drop("Twin")
    await two.shared.align()
    assert (two.stars("Twin"), two.stars("Copy")) == (0, 9)


async def test_a_survey_that_was_dropped_may_be_loaded_again_from_the_same_file(
    pair: tuple[Machine, Machine], kept: KeptTables
) -> None:
    one, two = pair
    for _ in range(2):
        one.tables.add("Again", stars(9, 10), "the same file")
        await aligned(*pair)
        assert (one.stars("Again"), two.stars("Again")) == (9, 9)
        await kept.drop("Again")
        await aligned(*pair)
        assert (one.stars("Again"), two.stars("Again")) == (0, 0)


async def test_a_store_that_lost_its_tables_has_them_again(
    pair: tuple[Machine, Machine], database: Database
) -> None:
    one, two = pair
    one.tables.add("Lost", stars(9, 11), "first")
    await one.shared.align()
    await database["tables"].delete_many({})
    await aligned(*pair)
    assert two.stars("Lost") == 9


async def test_a_drop_while_a_table_is_being_shared_counts(
    pair: tuple[Machine, Machine], kept: KeptTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    one.tables.add("Raced", stars(9, 12), "first")
    await one.shared.align()
    one.tables.add("Raced", stars(5, 13), "second")
    real = BlobStore.put_file

    async def put_file(self: BlobStore, file: Any) -> str:
        monkeypatch.setattr(BlobStore, "put_file", real)
        await kept.drop("Raced")
        return await real(self, file)

    monkeypatch.setattr(BlobStore, "put_file", put_file)
    await aligned(one, one, two)
    assert (one.stars("Raced"), two.stars("Raced")) == (0, 0)
