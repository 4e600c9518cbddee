"""Stars in the columns of a file that an operator brings.

The columns are those of the published table, and rows that do not meet the definition's
conditions are left out; else ``ra dec`` [deg], bands such as ``V V_err`` [mag], and
where there are any ``pmra`` (times cos dec) and ``pmdec`` [mas/yr]. A band that the
survey knows needs no error column; a list of variable stars needs no bands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
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
from services.catalog.published import columns_in, found_as

__all__ = ["StarFileError", "columns_read", "stars_in"]

_ERROR = "_err"
_FAINTEST = 50.0
_FULL_CIRCLE, _POLE = 360.0, 90.0
_MOTION = ("pmra", "pmdec")
_NO_BANDS = {"ra", "dec", *_MOTION, "parallax", "plx", "pixel", "rv"}


class StarFileError(Exception):
    """The file holds no usable stars; the text says why, in a sentence."""


def stars_in(table: Table, path: Path, survey: Survey) -> ReferenceStars:
    """Return the stars of a table, or of a part of one, that was read from a file.

    Raises
    ------
    StarFileError
        It has no positions or bands.
    """
    try:
        published = _as_published(table.colnames, survey)
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


def columns_read(names: Sequence[str], survey: Survey) -> dict[str, bool]:
    """Return which of a file's columns hold the stars, and whether of numbers."""
    published = _as_published(names, survey)
    if published is None:
        places = [name for name in names if name.lower() in {"ra", "dec", *_MOTION}]
        bands = [name for name in names if _names_band(name, names, survey)]
        errors = [band + _ERROR for band in bands if band + _ERROR in names]
        return dict.fromkeys([*places, *bands, *errors], True)
    words = {one.column for one in published.where if one.is_about_words}
    wanted = {name: found_as(name, names) for name in columns_needed(published)}
    return {here: name not in words for name, here in wanted.items() if here}


def _as_published(names: Sequence[str], survey: Survey) -> RemoteTable | None:
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
    if len(good) and not good.any():
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


def _names_band(name: str, names: Sequence[str], survey: Survey) -> bool:
    if name.lower() in _NO_BANDS or name.endswith(_ERROR):
        return False
    return name in survey.bands or name + _ERROR in names


def _is_band(table: Table, name: str, survey: Survey) -> bool:
    numeric = table[name].dtype.kind in "fiu" and table[name].ndim == 1
    return numeric and _names_band(name, table.colnames, survey)


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
