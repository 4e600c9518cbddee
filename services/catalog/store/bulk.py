"""Loads star files of any size in bounded memory.

Rows are read in batches, put into one bucket for each region of the sky on disk, and
each bucket, small enough for memory, is sorted and appended to the new table. The old
table serves until the new one is whole.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.table import Rows, layout_of, merged, rows_of, widened

__all__ = ["Progress", "sorted_rows"]

_BATCH = 200_000
_REGIONS = 768  # HEALPix cells at nside 8
_WIDTH = (4096 // 8) ** 2  # [pixels] of a region
_FINER = 64
_MOST = 5_000_000

Progress = Callable[[int], None]
"""Told how many stars more were read."""


def sorted_rows(
    batches: Iterable[ReferenceStars],
    old: Sequence[Rows],
    folder: Path,
    progress: Progress,
) -> Iterator[Rows]:
    """Yield all stars as the sorted rows of a table, region by region.

    Parameters
    ----------
    batches
        The stars to add.
    old
        Rows that are there already; of stars at the very same position they stay.
    folder
        A new one, for the buckets; it goes with the last row.
    progress
        Told how many stars more were read.
    """
    folder.mkdir()
    buckets = _Buckets(folder, 0, _WIDTH, _REGIONS)
    for table in old:
        for start in range(0, len(table), _BATCH):
            buckets.add(table[start : start + _BATCH])
    for stars in batches:
        buckets.add(rows_of(stars))
        progress(len(stars))
    yield from buckets.sorted(layout_of(buckets.layouts))
    shutil.rmtree(folder)


class _Buckets:
    """Rows on disk, by region of the sky; each layout of columns in its own file.

    There are ``count`` regions, ``width`` pixels each, from pixel ``first`` on.
    """

    def __init__(self, folder: Path, first: int, width: int, count: int) -> None:
        self._folder = folder
        self._first, self._width = first, width
        self._rows = np.zeros(count, dtype=np.int64)
        self.layouts: list[np.dtype[np.void]] = []

    def add(self, rows: Rows) -> None:
        """Append rows to the buckets of their regions."""
        if rows.dtype not in self.layouts:
            self.layouts.append(rows.dtype)
        kind = self.layouts.index(rows.dtype)
        region = (rows["pixel"] - self._first) // self._width
        order = np.argsort(region, kind="stable")
        edges = np.searchsorted(region[order], np.arange(len(self._rows) + 1))
        self._rows += np.diff(edges)
        for number in np.flatnonzero(np.diff(edges)).tolist():
            chosen = rows[order[edges[number] : edges[number + 1]]]
            with self._file(number, kind).open("ab") as file:
                chosen.tofile(file)

    def _file(self, number: int, kind: int) -> Path:
        return self._folder / f"{number}-{kind}"

    def sorted(self, layout: np.dtype[np.void]) -> Iterator[Rows]:
        """Yield each region's rows in a layout, sorted; a crowded region in parts."""
        for number in np.flatnonzero(self._rows).tolist():
            if self._rows[number] > _MOST and self._width >= _FINER:
                yield from self._finer(number).sorted(layout)
            else:
                yield merged([widened(part, layout) for part in self._read(number)])

    def _read(self, number: int, count: int = -1) -> Iterator[Rows]:
        """Yield the rows of a region, so many of them at once."""
        for kind, dtype in enumerate(self.layouts):
            if self._file(number, kind).exists():
                with self._file(number, kind).open("rb") as file:
                    while len(rows := np.fromfile(file, dtype, count)):
                        yield rows

    def _finer(self, number: int) -> "_Buckets":
        folder = self._folder / str(number)
        folder.mkdir()
        first, width = self._first + number * self._width, self._width // _FINER
        finer = _Buckets(folder, first, width, _FINER)
        for rows in self._read(number, _BATCH):
            finer.add(rows)
        return finer
