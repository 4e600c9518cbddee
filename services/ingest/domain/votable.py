"""VOTables (IVOA VOTable 1.5), as archives and TOPCAT write them."""

import io
import re
import warnings
from typing import Any

import numpy as np

from services.ingest.domain.columns import Columns, choose_columns
from services.ingest.domain.faults import UnreadableFileError
from services.ingest.domain.names import named
from services.ingest.domain.quality import quality_of
from services.ingest.domain.stars import Stars, refuse_too_many
from services.ingest.domain.units import degrees_in
from shared.kernel.arrays import FloatArray
from shared.kernel.later import later

__all__ = ["is_votable", "read_votable"]

votable = later("astropy.io.votable")

_HEAD = 2000
_ROOT = re.compile(rb"<(?:\w+:)?VOTABLE[\s>/]", re.IGNORECASE)


def is_votable(content: bytes) -> bool:
    """Tell whether a file begins as a VOTable does."""
    return _ROOT.search(content[:_HEAD]) is not None


def read_votable(content: bytes) -> tuple[Stars, Columns]:
    """Return all rows of the first table, good or not, and the columns they are from.

    Raises
    ------
    UnreadableFileError
        It is damaged, has entities, no table, or lacks a column.
    """
    if b"<!DOCTYPE" in content[:_HEAD] or b"<!ENTITY" in content:
        raise UnreadableFileError("The VOTable has entities: write it without.")
    refuse_too_many(content.count(b"<TR"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a table that is not quite right is read
            found = votable.parse(io.BytesIO(content), verify="ignore")
            table = found.get_first_table()
    except (ValueError, IndexError, KeyError, OSError, TypeError) as fault:
        raise UnreadableFileError("The VOTable is damaged or has no table.") from fault
    places = named([field.name or field.ID for field in table.fields])
    columns = choose_columns(places)
    numbers = {
        name: _numbers(table, places[name], name)
        for name in (*columns.names(), *columns.further)
    }
    mag, mag_err = columns.measured(numbers[columns.mag], numbers[columns.mag_err])
    further = {name: numbers[name] for name in columns.further}
    ra, dec = numbers[columns.ra], numbers[columns.dec]
    quality = quality_of(further, len(mag))
    return Stars(ra, dec, mag, mag_err, quality, np.zeros(len(mag))), columns


def _numbers(table: Any, place: int, name: str) -> FloatArray:
    """Return a column [deg, mag or none], NaN where nothing stands."""
    field = table.fields[place]
    try:
        values = np.ma.asarray(table.array[field.ID], dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise UnreadableFileError(f"Column {name} holds no numbers.") from fault
    numbers = np.asarray(values.filled(np.nan), dtype=np.float64)
    unit = "" if field.unit is None else str(field.unit)
    angles = name.startswith(("ALPHA", "DELTA", "X_WORLD", "Y_WORLD"))
    return numbers * (degrees_in(unit, name) if angles else 1.0)
