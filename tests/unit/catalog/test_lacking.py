"""A survey of which stars did not come is told to be lacking, to everybody."""

from pathlib import Path
from unittest.mock import create_autospec

from services.catalog.cones import ConeStore
from services.catalog.domain.cone import Cone
from services.catalog.remote.stars_in_tiles import Kept, RemoteStars
from services.catalog.store.tables import SurveyTables

HERE = Cone(10.0, 20.0, 0.1)


def cones(folder: Path, *kept: Kept) -> ConeStore:
    remote = create_autospec(RemoteStars, instance=True)
    remote.surveys.return_value = ["far"]
    remote.kept.side_effect = kept
    remote.read.return_value = iter(())
    return ConeStore({}, SurveyTables(folder), remote, cached_cones=4)


def test_tiles_that_vanish_while_they_are_read_are_lacking_for_the_next_too(
    tmp_path: Path,
) -> None:
    whole = Kept(moving=False, stamp=1)
    torn = Kept(moving=False, stamp=2, lacking=True)
    store = cones(tmp_path, whole, torn, whole)  # the next looked before they vanished
    assert store.around(HERE, 2020.0).lacking == ("far",)
    assert store.around(HERE, 2020.0).lacking == ("far",)


def test_tiles_that_came_in_time_are_not_lacking(tmp_path: Path) -> None:
    whole = Kept(moving=False, stamp=1)
    assert cones(tmp_path, whole, whole).around(HERE, 2020.0).lacking == ()


def test_stars_that_are_in_memory_may_lack_others(tmp_path: Path) -> None:
    some = Kept(moving=False, stamp=1, lacking=True)
    store = cones(tmp_path, *[some] * 3)
    assert store.around(HERE, 2020.0).lacking == ("far",)
    assert store.around(HERE, 2020.0).lacking == ("far",)
