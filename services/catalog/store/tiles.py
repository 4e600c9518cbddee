"""Tiles of remote surveys on disk: complete or absent, the least used go first.

A tile's file is written whole and then renamed. Its version is that of the survey's
definition; an old one is as if absent. A tile without stars is kept too: there are
none.
"""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from zipfile import BadZipFile

import numpy as np
import structlog
from prometheus_client import Counter, Gauge, Histogram

from services.catalog.domain.cone import Tile
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.table import Rows, merged, rows_of
from services.catalog.store.whole_file import replace_file

__all__ = ["TileStore"]

_log = structlog.get_logger()
_READ = Counter("cpcs_tile_reads", "tiles looked for on disk", ["survey", "how"])
_BYTES = Gauge("cpcs_tile_bytes", "size of all tiles on disk")
_COUNT = Gauge("cpcs_tiles", "tiles on disk")
_DAY = 86400.0
_AGE = Histogram(
    "cpcs_tile_age_days",
    "age of the tiles that are read",
    ["survey"],
    buckets=(1, 7, 30, 90, 180, 365),
)


class TileStore:
    """Tiles under the data folder."""

    def __init__(self, data_dir: Path, days: float, most_bytes: int) -> None:
        self._folder = data_dir / "tiles"
        self._life = days * _DAY
        self._most = most_bytes
        self._total: int | None = None
        self._evicting = Lock()

    def _path(self, survey: str, table: RemoteTable, tile: int) -> Path:
        return Path(self._name(survey, table, tile))

    def _name(self, survey: str, table: RemoteTable, tile: int) -> str:
        return f"{self._folder_of(survey, table)}/{tile}.npz"

    def _folder_of(self, survey: str, table: RemoteTable) -> str:
        return f"{self._folder}/{survey}-{table.version}"

    def is_fresh(self, survey: str, table: RemoteTable, tile: int) -> bool:
        """Tell whether a tile is here and young enough."""
        at = self.kept_at(survey, table, tile)
        return at is not None and time.time() - at < self._life

    def all_kept_at(
        self, survey: str, table: RemoteTable, tiles: Sequence[int]
    ) -> tuple[float | None, ...]:
        """Return when each of some tiles was fetched, as ``kept_at`` does.

        Without the survey's folder there are none: one look instead of many.
        """
        try:
            os.stat(self._folder_of(survey, table))  # noqa: PTH116 - hot
        except FileNotFoundError:
            return (None,) * len(tiles)
        return tuple(self.kept_at(survey, table, tile) for tile in tiles)

    def kept_at(self, survey: str, table: RemoteTable, tile: int) -> float | None:
        """Return when a tile was fetched [s of the epoch]; ``None`` if not here."""
        try:
            return os.stat(self._name(survey, table, tile)).st_mtime  # noqa: PTH116 - hot
        except FileNotFoundError:
            return None

    def keep(self, survey: str, table: RemoteTable, tile: int, found: Tile) -> None:
        """Keep a tile; return when it is on disk."""
        path = self._path(survey, table, tile)
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = merged([rows_of(found.stars)])
        cut = np.array(np.nan if found.cut is None else found.cut)
        replace_file(path, lambda file: np.savez(file, rows=rows, cut=cut))
        self._count(path.stat().st_size)

    def read(
        self, survey: str, table: RemoteTable, tile: int
    ) -> tuple[Rows, float] | None:
        """Return a tile's rows and its cut [mag], NaN without; ``None`` if not here.

        One that is too old is returned all the same: better than none.
        """
        path = self._path(survey, table, tile)
        try:
            with path.open("rb") as file, np.load(file) as content:
                rows, cut = content["rows"], float(content["cut"])
            used = path.stat()
            os.utime(path, (time.time(), used.st_mtime))
        except FileNotFoundError:
            _READ.labels(survey, "miss").inc()
            return None
        except (BadZipFile, EOFError, KeyError, OSError, ValueError) as fault:
            _log.warning("tile.unreadable", survey=survey, tile=tile, reason=str(fault))
            _READ.labels(survey, "miss").inc()
            path.unlink(missing_ok=True)
            return None
        _READ.labels(survey, "hit").inc()
        _AGE.labels(survey).observe((time.time() - used.st_mtime) / _DAY)
        return rows, cut

    def _count(self, size: int) -> None:
        """Count a new tile; look at all of them only when there may be too many."""
        with self._evicting:
            if self._total is None or self._total + size > self._most:
                self._total = self._evicted()
            else:
                self._total += size
                _COUNT.inc()
            _BYTES.set(self._total)

    def _files(self, named: str) -> list[tuple[Path, os.stat_result]]:
        """Return files and what is known of them: others are renamed meanwhile."""
        found = []
        for path in self._folder.glob(f"*/{named}"):
            with suppress(FileNotFoundError):
                found.append((path, path.stat()))
        return found

    def _evicted(self) -> int:
        """Remove the tiles that were not used for longest, while there are too many.

        What a process that was killed left half written goes too.
        """
        for part, entry in self._files("*.part"):
            if time.time() - entry.st_mtime > _DAY:
                part.unlink(missing_ok=True)
        files = self._files("*.npz")
        total = sum(entry.st_size for _, entry in files)
        files.sort(key=lambda one: one[1].st_atime)
        while total > self._most and len(files) > 1:
            path, entry = files.pop(0)
            path.unlink(missing_ok=True)
            total -= entry.st_size
        _COUNT.set(len(files))
        return total
