"""kill -9 while tiles are written: each is whole, or as if absent."""

import subprocess
import sys
from pathlib import Path

from services.catalog.domain.survey import Survey
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tiles import TileStore
from tests.support.waiting import eventually

STARS = 200_000
WRITER = f"""
import sys
from pathlib import Path

import numpy as np

from services.catalog.domain.stars import ReferenceStars
from services.catalog.remote.fetcher import Tile
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tiles import TileStore

place = np.linspace(0.0, 1.0, {STARS})
stars = ReferenceStars(place, place, {{"V": place}}, {{"V": place}})
store = TileStore(Path(sys.argv[1]), 100, 10**10)
for tile in range(1000):
    store.keep("APASS", read_definitions()["APASS"].remote, tile, Tile(stars, None))
"""


def written(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in folder.glob("tiles/*/*.npz"))


def whole(folder: Path, survey: Survey, tile: int) -> bool:
    table = survey.remote
    assert table is not None
    found = TileStore(folder, 100, 10**10).read("APASS", table, tile)
    return found is not None and len(found[0]) == STARS


async def test_a_kill_while_tiles_are_written_tears_none(tmp_path: Path) -> None:
    for kept in (1, 3):
        folder = tmp_path / str(kept)
        command = [sys.executable, "-c", WRITER, str(folder)]
        writing = subprocess.Popen(command)  # noqa: ASYNC220, S603

        async def enough(folder: Path = folder, kept: int = kept) -> bool:
            return len(written(folder)) >= kept

        await eventually(enough)
        writing.kill()
        assert writing.wait() == -9
        tiles = written(folder)
        assert len(tiles) >= kept
        assert all(whole(folder, read_definitions()["APASS"], one) for one in tiles)
