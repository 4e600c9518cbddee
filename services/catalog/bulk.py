"""Loads star files of any size in bounded memory.

Rows are read in batches, put into one bucket for each region of the sky on disk, and
each bucket, small enough for memory, is sorted and appended to the new table. The old
table serves until the new one is whole.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet
from astropy.io import fits
from astropy.table import Table

from services.catalog.domain.remote import columns_needed
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.domain.table import Rows, layout_of, merged, rows_of, widened
from services.catalog.star_file import (
    StarFileError,
    as_published,
    read_star_file,
    stars_in,
)

__all__ = ["Progress", "batches_of", "digest_of", "sorted_rows"]

_BATCH = 200_000
_REGIONS = 768  # HEALPix cells at nside 8
_PIXELS_PER_REGION = (4096 // 8) ** 2
_METADATA = "_"

Progress = Callable[[int], None]
"""Told how many stars more were read."""


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files in a folder."""
    files = _files(path)
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            whole.update(hashlib.file_digest(content, "sha256").digest())
    return whole.hexdigest()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(
        file for file in path.rglob("*.parquet") if not file.name.startswith(_METADATA)
    )
    if not found:
        raise StarFileError(f"{path.name} holds no Parquet files.")
    return found


def batches_of(path: Path, survey: Survey) -> Iterator[ReferenceStars]:
    """Yield the stars of a file, or of a folder of Parquet files (HATS too).

    Parquet, CSV and FITS are read in pieces, other formats whole. See
    ``read_star_file``.
    """
    for file in _files(path):
        ending = file.suffix.lower()
        if ending == ".parquet":
            yield from _of_parquet(file, survey)
        elif ending == ".csv":
            yield from _of_csv(file, survey)
        elif ending in {".fits", ".fit"}:
            yield from _of_fits(file, survey)
        else:
            yield read_star_file(file, survey)


def _of_parquet(path: Path, survey: Survey) -> Iterator[ReferenceStars]:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            published = as_published(file.schema_arrow.names, survey)
            names = None if published is None else columns_needed(published)
            for batch in file.iter_batches(_BATCH, columns=names):
                yield stars_in(_table(batch), path, survey)
    except (OSError, pyarrow.ArrowException) as fault:
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


def _of_csv(path: Path, survey: Survey) -> Iterator[ReferenceStars]:
    try:
        with pyarrow.csv.open_csv(path) as file:
            for batch in file:
                if batch.num_rows:
                    yield stars_in(_table(batch), path, survey)
    except (OSError, pyarrow.ArrowException) as fault:
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


def _of_fits(path: Path, survey: Survey) -> Iterator[ReferenceStars]:
    try:
        with fits.open(path, memmap=True) as parts:
            tables = [part for part in parts if isinstance(part, fits.BinTableHDU)]
            if not tables:
                raise StarFileError(f"{path.name} holds no table.")
            rows = tables[0].data
            for start in range(0, len(rows), _BATCH):
                some = fits.BinTableHDU(rows[start : start + _BATCH])
                yield stars_in(Table.read(some), path, survey)
    except (OSError, ValueError) as fault:
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


def _table(batch: pyarrow.RecordBatch) -> Table:
    return Table(
        {
            name: batch.column(place).to_numpy(zero_copy_only=False)
            for place, name in enumerate(batch.schema.names)
        }
    )


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
    buckets = _Buckets(folder)
    for table in old:
        for start in range(0, len(table), _BATCH):
            buckets.add(table[start : start + _BATCH])
    for stars in batches:
        buckets.add(rows_of(stars))
        progress(len(stars))
    yield from buckets.sorted()
    shutil.rmtree(folder)


class _Buckets:
    """Rows on disk, by region of the sky; each layout of columns in its own file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._layouts: list[np.dtype[np.void]] = []

    def add(self, rows: Rows) -> None:
        """Append rows to the buckets of their regions."""
        if rows.dtype not in self._layouts:
            self._layouts.append(rows.dtype)
        kind = self._layouts.index(rows.dtype)
        region = rows["pixel"] // _PIXELS_PER_REGION
        order = np.argsort(region, kind="stable")
        edges = np.searchsorted(region[order], np.arange(_REGIONS + 1))
        for number in np.flatnonzero(np.diff(edges)):
            chosen = rows[order[edges[number] : edges[number + 1]]]
            with (self._folder / f"{number}-{kind}").open("ab") as file:
                chosen.tofile(file)

    def sorted(self) -> Iterator[Rows]:
        """Yield each region's rows, sorted, with the columns of all."""
        layout = layout_of(self._layouts)
        for number in range(_REGIONS):
            parts = [
                np.fromfile(self._folder / f"{number}-{kind}", dtype=dtype)
                for kind, dtype in enumerate(self._layouts)
                if (self._folder / f"{number}-{kind}").exists()
            ]
            if parts:
                yield merged([widened(part, layout) for part in parts])
