"""Stars in the columns of a file that an operator brings.

The columns are those of the published table, and rows that do not meet the definition's
conditions are left out; else ``ra dec`` [deg], bands such as ``V V_err`` [mag], and
where there are any ``pmra`` (times cos dec) and ``pmdec`` [mas/yr]. A band that the
survey knows needs no error column; a list of variable stars needs no bands.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from astropy.table import Table

from services.catalog.domain.published import columns_in, found_as
from services.catalog.domain.remote import (
    RemoteBand,
    RemoteTable,
    columns_needed,
    good_rows,
    stars_of,
)
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey

__all__ = ["StarFileError", "columns_read", "stars_in"]

_ERROR = "_err"
_MOTION = {"pmra", "pmdec"}
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
        layout = _layout(_usable(table, survey), survey)
        if layout is None or not (layout.bands or survey.lists_variables):
            raise StarFileError(_what_lacks(path, table.colnames, survey))
        answer = columns_in(table, columns_needed(layout))
        stars = stars_of(layout, good_rows(layout, answer))
    except (TypeError, ValueError) as fault:
        raise StarFileError(f"{path.name} cannot be read: {fault}") from fault
    if len(table) and not layout.where and not len(stars):
        raise StarFileError(f"{path.name} has no star with ra and dec [deg].")
    return stars


def columns_read(names: Sequence[str], survey: Survey) -> dict[str, bool]:
    """Return which of a file's columns hold the stars, and whether of numbers."""
    layout = _layout(names, survey)
    if layout is None:
        return {}
    words = {one.column for one in layout.where if one.is_about_words}
    wanted = {name: found_as(name, names) for name in columns_needed(layout)}
    return {here: name not in words for name, here in wanted.items() if here}


def _layout(names: Sequence[str], survey: Survey) -> RemoteTable | None:
    """Return which columns hold what: as published, else as ours; ``None``: neither."""
    return _as_published(names, survey) or _as_ours(names, survey)


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


def _as_ours(names: Sequence[str], survey: Survey) -> RemoteTable | None:
    """Return the layout of ``ra dec V V_err``, if there are positions."""
    places = {name.lower(): name for name in names}
    if not places.keys() >= {"ra", "dec"}:
        return None
    errors = {name: name + _ERROR if name + _ERROR in names else "" for name in names}
    motion = (places["pmra"], places["pmdec"]) if places.keys() >= _MOTION else None
    bands = {
        name: RemoteBand(name, errors[name])
        for name in names
        if _names_band(name, names, survey)
    }
    return RemoteTable(
        places["ra"], places["dec"], bands=bands, motion=motion, brightest=-math.inf
    )


def _names_band(name: str, names: Sequence[str], survey: Survey) -> bool:
    if name.lower() in _NO_BANDS or name.endswith(_ERROR):
        return False
    return name in survey.bands or name + _ERROR in names


def _usable(table: Table, survey: Survey) -> list[str]:
    """Return the columns that may be read: a band's is one of numbers."""
    names = table.colnames
    return [
        name
        for name in names
        if table[name].ndim == 1
        and (table[name].dtype.kind in "fiu" or not _names_band(name, names, survey))
    ]


def _what_lacks(path: Path, names: Sequence[str], survey: Survey) -> str:
    """Say which columns a file should have, one of the two ways."""
    if any(_names_band(name, names, survey) for name in names):
        return f"{path.name} has no columns ra and dec [deg]."
    told = f"{path.name} has no band columns such as V and V_err"
    if survey.remote is None:
        return f"{told}."
    wanted = columns_needed(replace(survey.remote, bands={}))
    lacking = [name for name in wanted if not found_as(name, names)]
    if not lacking:
        return f"{told}, nor those of the published {survey.name}."
    return f"{told}, and it lacks {', '.join(lacking)} of the published {survey.name}."
