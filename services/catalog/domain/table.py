"""A survey's stars as rows of one table, sorted by HEALPix index."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.healpix import cone_ranges, pixel
from services.catalog.domain.sphere import separation, unit_vectors
from services.catalog.domain.stars import ReferenceStars

__all__ = ["Rows", "bands_of", "cut_cone", "merged", "rows_of"]

Rows = NDArray[Any]
"""Structured array: pixel, ra, dec [deg], and per band magnitude and error [mag]."""

_ERROR = "_err"


def _layout(bands: Iterable[str]) -> np.dtype[Any]:
    columns: list[tuple[str, str]] = [("pixel", "i8"), ("ra", "f8"), ("dec", "f8")]
    for band in bands:
        columns += [(band, "f4"), (band + _ERROR, "f4")]
    return np.dtype(columns)


def bands_of(rows: Rows) -> list[str]:
    """Return the names of the bands in a table."""
    names = (rows.dtype.names or ())[3:]
    return [name for name in names if not name.endswith(_ERROR)]


def rows_of(stars: ReferenceStars) -> Rows:
    """Return stars as the rows of a table, in their own order."""
    rows = np.empty(len(stars), dtype=_layout(stars.mag))
    rows["pixel"] = pixel(stars.ra, stars.dec)
    rows["ra"], rows["dec"] = stars.ra, stars.dec
    for band, mag in stars.mag.items():
        rows[band], rows[band + _ERROR] = mag, stars.mag_err[band]
    return rows


def merged(tables: Iterable[Rows]) -> Rows:
    """Return all rows in one sorted table with the bands of all, NaN where absent.

    Of stars at the very same position the first is kept.
    """
    parts = list(tables)
    layout = _layout(dict.fromkeys(band for part in parts for band in bands_of(part)))
    rows = np.concatenate([_widened(part, layout) for part in parts])
    rows = rows[np.lexsort((rows["dec"], rows["ra"], rows["pixel"]))]
    twin = (np.diff(rows["ra"]) == 0) & (np.diff(rows["dec"]) == 0)
    first: Rows = rows[np.r_[True, ~twin][: len(rows)]]
    return first


def _widened(part: Rows, layout: np.dtype[Any]) -> Rows:
    rows = np.empty(len(part), dtype=layout)
    present = set(part.dtype.names or ())
    for name in layout.names or ():
        rows[name] = part[name] if name in present else np.nan
    return rows


def cut_cone(rows: Rows, ra: float, dec: float, radius: float) -> ReferenceStars:
    """Return the stars of a sorted table within a radius [deg] of a position [deg]."""
    edges = np.searchsorted(rows["pixel"], cone_ranges(ra, dec, radius))
    parts = [rows[first:past] for first, past in edges if past > first]
    near = np.concatenate(parts) if parts else rows[:0]
    away = separation(near["ra"], near["dec"], unit_vectors(ra, dec))
    return _stars(near[away <= radius])


def _stars(rows: Rows) -> ReferenceStars:
    bands = bands_of(rows)
    return ReferenceStars(
        np.ascontiguousarray(rows["ra"]),
        np.ascontiguousarray(rows["dec"]),
        {band: rows[band].astype(np.float64) for band in bands},
        {band: rows[band + _ERROR].astype(np.float64) for band in bands},
    )
