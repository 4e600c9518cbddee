"""Reads a file of survey stars that an operator brings."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet
from astropy.table import Table
from numpy.typing import NDArray

from services.catalog.domain.remote import (
    RemoteTable,
    columns_needed,
    good_rows,
    stars_of,
)
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.published import columns_in, found_as, read_tsv

__all__ = ["StarFileError", "as_published", "read_star_file", "stars_in"]

_FORMATS = {
    ".csv": "ascii.csv",
    ".ecsv": "ascii.ecsv",
    ".fits": "fits",
    ".fit": "fits",
    ".vot": "votable",
    ".votable": "votable",
    ".xml": "votable",
    ".parquet": "parquet",
    ".tsv": "tsv",
}
_ERROR = "_err"
_FAINTEST = 50.0
_FULL_CIRCLE, _POLE = 360.0, 90.0
_MOTION = ("pmra", "pmdec")
_NO_BANDS = {"ra", "dec", *_MOTION, "parallax", "plx", "pixel", "rv"}


class StarFileError(Exception):
    """The file holds no usable stars; the text says why, in a sentence."""


def read_star_file(path: Path, survey: Survey) -> ReferenceStars:
    """Return the stars of a file.

    Its columns are those of the published table, in which case rows that do not meet
    the definition's conditions are left out; else ``ra dec`` [deg], bands such as
    ``V V_err`` [mag], and where there are any ``pmra`` (times cos dec) and ``pmdec``
    [mas/yr]. A band that the survey knows needs no error column.

    Parameters
    ----------
    path
        CSV, TSV (VizieR's), ECSV, VOTable, FITS or Parquet, told by the ending.
    survey
        The definition; of one that lists variables, positions are enough.

    Raises
    ------
    StarFileError
        Not readable, or without positions or bands.
    """
    return stars_in(_table(path), path, survey)


def stars_in(table: Table, path: Path, survey: Survey) -> ReferenceStars:
    """Return the stars of a table that was read from a file; see above.

    Raises
    ------
    StarFileError
        It has no positions or bands.
    """
    try:
        published = as_published(table.colnames, survey)
        if published is not None:
            answer = columns_in(table, columns_needed(published))
            return stars_of(published, good_rows(published, answer))
        bands = [name for name in table.colnames if _is_band(table, name, survey)]
        if not bands and not survey.lists_variables:
            told = f"{path.name} has no band columns such as V and V_err"
            raise StarFileError(f"{told}{_what_lacks(table, survey)}.")
        return _stars(table, path, bands)
    except (TypeError, ValueError) as fault:
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


def as_published(names: Sequence[str], survey: Survey) -> RemoteTable | None:
    """Return the published table with the bands that are here, if its columns are.

    Positions, motions, what the conditions are about and one band must be among the
    names.
    """
    table = survey.remote
    if table is None:
        return None
    bands = {
        name: band
        for name, band in table.bands.items()
        if all(found_as(column, names) for column in band.columns)
    }
    here = replace(table, bands=bands)
    whole = all(found_as(column, names) for column in columns_needed(here))
    return here if whole and (bands or survey.lists_variables) else None


def _what_lacks(table: Table, survey: Survey) -> str:
    published = survey.remote
    if published is None:
        return ""
    wanted = columns_needed(replace(published, bands={}))
    lacking = [name for name in wanted if not found_as(name, table.colnames)]
    return f", and it lacks {', '.join(lacking)} of the published {survey.name}"


def _stars(table: Table, path: Path, bands: Sequence[str]) -> ReferenceStars:
    places = {name.lower(): name for name in table.colnames}
    if "ra" not in places or "dec" not in places:
        raise StarFileError(f"{path.name} has no columns ra and dec [deg].")
    ra, dec = (_numbers(table, places[name]) for name in ("ra", "dec"))
    good = (np.abs(ra) <= _FULL_CIRCLE) & (np.abs(dec) <= _POLE)
    if not good.any():
        raise StarFileError(f"{path.name} has no star with ra and dec [deg].")
    return ReferenceStars(
        np.mod(ra[good], _FULL_CIRCLE),
        dec[good],
        {band: _magnitudes(table, band)[good] for band in bands},
        {band: _errors(table, band)[good] for band in bands},
        _motion(table, places, good),
    )


def _motion(
    table: Table, places: Mapping[str, str], good: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    if not places.keys() >= set(_MOTION):
        return None
    return np.stack([_numbers(table, places[name])[good] for name in _MOTION], axis=1)


def _is_band(table: Table, name: str, survey: Survey) -> bool:
    if name.lower() in _NO_BANDS or name.endswith(_ERROR):
        return False
    numeric = table[name].dtype.kind in "fiu" and table[name].ndim == 1
    return numeric and (name in survey.bands or name + _ERROR in table.colnames)


def _table(path: Path) -> Table:
    layout = _FORMATS.get(path.suffix.lower())
    if layout is None:
        raise StarFileError(
            f"{path.name}: the ending must be one of {', '.join(_FORMATS)}."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(path, layout)
    except FileNotFoundError as fault:
        raise StarFileError(f"{path} does not exist.") from fault
    except Exception as fault:  # readers raise whatever their libraries do
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


def _read(path: Path, layout: str) -> Table:
    if layout == "parquet":
        return _parquet(path)
    if layout == "tsv":
        return read_tsv(path.read_bytes())
    table: Table = Table.read(path, format=layout)
    return table


def _parquet(path: Path) -> Table:
    columns = pyarrow.parquet.read_table(path)
    return Table({name: columns[name].to_numpy() for name in columns.column_names})


def _numbers(table: Table, name: str) -> NDArray[np.float64]:
    column = np.ma.asarray(table[name], dtype=np.float64)
    numbers: NDArray[np.float64] = np.ma.filled(column, np.nan)
    return numbers


def _magnitudes(table: Table, band: str) -> NDArray[np.float64]:
    mag = _numbers(table, band)
    return np.where(np.abs(mag) < _FAINTEST, mag, np.nan)


def _errors(table: Table, band: str) -> NDArray[np.float64]:
    """Return a band's errors; an error of exactly 0 means that none is known."""
    if band + _ERROR not in table.colnames:
        return np.full(len(table), np.nan)
    err = _numbers(table, band + _ERROR)
    return np.where((err > 0) & (err < _FAINTEST), err, np.nan)
