"""Reads a file of survey stars that an operator brings."""

import warnings
from collections.abc import Container, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet
from astropy.table import Table
from numpy.typing import NDArray

from services.catalog.domain.stars import ReferenceStars

__all__ = ["StarFileError", "read_star_file", "stars_in"]

_FORMATS = {
    ".csv": "ascii.csv",
    ".ecsv": "ascii.ecsv",
    ".fits": "fits",
    ".fit": "fits",
    ".vot": "votable",
    ".votable": "votable",
    ".xml": "votable",
    ".parquet": "parquet",
}
_ERROR = "_err"
_FAINTEST = 50.0
_FULL_CIRCLE, _POLE = 360.0, 90.0
_MOTION = ("pmra", "pmdec")
_NO_BANDS = {"ra", "dec", *_MOTION, "parallax", "plx", "pixel", "rv"}


class StarFileError(Exception):
    """The file holds no usable stars; the text says why, in a sentence."""


def read_star_file(
    path: Path, known: Container[str], *, bare: bool = False
) -> ReferenceStars:
    """Return the stars of a file with ``ra dec`` [deg] and bands such as ``V V_err``.

    Columns ``pmra`` (times cos dec) and ``pmdec`` [mas/yr] are proper motions.

    Parameters
    ----------
    path
        CSV, ECSV, VOTable, FITS or Parquet, told by the ending.
    known
        Bands of the survey; these need no error column.
    bare
        Whether positions alone are enough.

    Raises
    ------
    StarFileError
        Not readable, or without positions or bands.
    """
    return stars_in(_table(path), path, known, bare=bare)


def stars_in(
    table: Table, path: Path, known: Container[str], *, bare: bool = False
) -> ReferenceStars:
    """Return the stars of a table that was read from a file; see above.

    Raises
    ------
    StarFileError
        It has no positions or bands.
    """
    try:
        bands = [name for name in table.colnames if _is_band(table, name, known)]
        if not bands and not bare:
            raise StarFileError(f"{path.name} has no band columns such as V and V_err.")
        return _stars(table, path, bands)
    except (TypeError, ValueError) as fault:
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


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


def _is_band(table: Table, name: str, known: Container[str]) -> bool:
    if name.lower() in _NO_BANDS or name.endswith(_ERROR):
        return False
    numeric = table[name].dtype.kind in "fiu" and table[name].ndim == 1
    return numeric and (name in known or name + _ERROR in table.colnames)


def _table(path: Path) -> Table:
    layout = _FORMATS.get(path.suffix.lower())
    if layout is None:
        raise StarFileError(
            f"{path.name}: the ending must be one of {', '.join(_FORMATS)}."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _parquet(path) if layout == "parquet" else _read(path, layout)
    except FileNotFoundError as fault:
        raise StarFileError(f"{path} does not exist.") from fault
    except Exception as fault:  # readers raise whatever their libraries do
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault


def _read(path: Path, layout: str) -> Table:
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
