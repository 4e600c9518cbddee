"""Reads files of survey stars that an operator brings, in pieces where it can be."""

import csv
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from astropy.io import fits
from astropy.table import Table

from services.catalog.domain.published import read_tsv
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.loading.star_columns import StarFileError, columns_read, stars_in

__all__ = ["batches_of", "digest_of"]

_BATCH = 200_000
_METADATA = "_"
_WHOLE = {
    ".ecsv": "ascii.ecsv",
    ".vot": "votable",
    ".votable": "votable",
    ".xml": "votable",
}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files in a folder."""
    whole = hashlib.sha256()
    for file in _files(path):
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

    Parameters
    ----------
    path
        Parquet, CSV or FITS, which are read in pieces, or ECSV, TSV (VizieR's) or
        VOTable, which are read whole; told by the ending.
    survey
        The definition, which tells the columns.

    Raises
    ------
    StarFileError
        Not readable, or without positions or bands.
    """
    for file in _files(path):
        try:
            for table in _tables_of(file, survey):
                yield stars_in(table, file, survey)
        except StarFileError:
            raise
        except Exception as fault:  # readers raise whatever their libraries do
            raise StarFileError(f"{file.name} cannot be read: {fault}") from fault


def _tables_of(path: Path, survey: Survey) -> Iterator[Table]:
    ending = path.suffix.lower()
    if ending == ".parquet":
        return _of_parquet(path, survey)
    if ending == ".csv":
        return _of_csv(path, survey)
    if ending in {".fits", ".fit"}:
        return _of_fits(path)
    if ending == ".tsv":
        return iter([read_tsv(path.read_bytes())])
    if ending in _WHOLE:
        return iter([_read(path, format=_WHOLE[ending])])
    known = ", ".join([".csv", ".fits", ".parquet", ".tsv", *_WHOLE])
    raise StarFileError(f"{path.name}: the ending must be one of {known}.")


def _read(source: object, **options: str) -> Table:
    """Read a table, whatever units and headers astropy would rather have."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Table.read(source, **options)


def _of_parquet(path: Path, survey: Survey) -> Iterator[Table]:
    with pyarrow.parquet.ParquetFile(path) as file:
        names = file.schema_arrow.names
        wanted = list(columns_read(names, survey)) or names
        for batch in file.iter_batches(_BATCH, columns=wanted):
            yield _table(batch)


def _of_csv(path: Path, survey: Survey) -> Iterator[Table]:
    """Yield parts of a CSV file; what its columns hold is told by their names."""
    names, above = _header(path)
    wanted = columns_read(names, survey)
    yield Table({name: np.empty(0) for name in wanted or names})
    kinds = {name: pa.float64() if it else pa.string() for name, it in wanted.items()}
    reading = pyarrow.csv.ReadOptions(column_names=names, skip_rows=above)
    converting = pyarrow.csv.ConvertOptions(
        column_types=kinds, include_columns=list(kinds), strings_can_be_null=True
    )
    with pyarrow.csv.open_csv(path, reading, convert_options=converting) as file:
        for batch in file:
            yield _table(batch)


def _header(path: Path) -> tuple[list[str], int]:
    """Return the names in a CSV file, and how many lines are above its rows."""
    with path.open(encoding="utf-8") as lines:
        for above, line in enumerate(lines, start=1):
            if line.strip() and not line.startswith("#"):
                return [name.strip() for name in next(csv.reader([line]))], above
    raise StarFileError(f"{path.name} is empty.")


def _of_fits(path: Path) -> Iterator[Table]:
    with fits.open(path, memmap=True) as parts:
        for part in parts:
            if isinstance(part, fits.BinTableHDU | fits.TableHDU):
                for start in range(0, max(len(part.data), 1), _BATCH):
                    yield _read(type(part)(part.data[start : start + _BATCH]))
                return
    raise StarFileError(f"{path.name} holds no table.")


def _table(batch: pa.RecordBatch) -> Table:
    return Table(
        {
            name: batch.column(place).to_numpy(zero_copy_only=False)
            for place, name in enumerate(batch.schema.names)
        }
    )
