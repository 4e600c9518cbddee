"""Tiles of remote surveys on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from services.catalog.domain.cone import Tile
from services.catalog.domain.stars import ReferenceStars
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tiles import TileStore

NOTHING = Tile(
    ReferenceStars(np.empty(0), np.empty(0), {"V": np.empty(0)}, {"V": np.empty(0)}),
    None,
)


def test_when_tiles_were_fetched_is_known_of_those_that_are_here(
    tmp_path: Path,
) -> None:
    table, store = read_definitions()["APASS"].remote, TileStore(tmp_path, 100, 10**9)
    assert table is not None
    assert store.all_kept_at("APASS", table, (1, 2, 3)) == (None, None, None)
    store.keep("APASS", table, 2, NOTHING)
    first, second, third = store.all_kept_at("APASS", table, (1, 2, 3))
    assert (first, third) == (None, None)
    assert second == store.kept_at("APASS", table, 2)
    assert second is not None
    newer = replace(table, version=table.version + "-newer")
    assert store.all_kept_at("APASS", newer, (2,)) == (None,)
