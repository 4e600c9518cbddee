"""A survey's stars as rows of one table, sorted by HEALPix index."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.healpix import cone_ranges, pixel
from services.catalog.domain.sphere import separation, unit_vectors
from services.catalog.domain.stars import ReferenceStars

__all__ = [
    "Rows",
    "bands_of",
    "cut_cone",
    "layout_of",
    "merged",
    "moving",
    "rows_of",
    "widened",
]

Rows = NDArray[Any]
"""Structured array: pixel, ra, dec [deg], and per band magnitude and error [mag].

Where the survey has proper motions, ``pmra`` (times cos dec) and ``pmdec`` [mas/yr].
"""

_ERROR = "_err"
_MOTION = ("pmra", "pmdec")
_PLACE = {"pixel", "ra", "dec", *_MOTION}


def _layout(bands: Iterable[str], *, with_motion: bool) -> np.dtype[Any]:
    columns: list[tuple[str, str]] = [("pixel", "i8"), ("ra", "f8"), ("dec", "f8")]
    if with_motion:
        columns += [(name, "f4") for name in _MOTION]
    for band in bands:
        columns += [(band, "f4"), (band + _ERROR, "f4")]
    return np.dtype(columns)


def bands_of(rows: Rows) -> list[str]:
    """Return the names of the bands in a table."""
    names = rows.dtype.names or ()
    bands = [name for name in names if name not in _PLACE]
    return [name for name in bands if not name.endswith(_ERROR)]


def moving(rows: Rows) -> bool:
    """Tell whether a table has proper motions."""
    return _MOTION[0] in (rows.dtype.names or ())


def rows_of(stars: ReferenceStars) -> Rows:
    """Return stars as the rows of a table, in their own order."""
    layout = _layout(stars.mag, with_motion=stars.motion is not None)
    rows = np.empty(len(stars), dtype=layout)
    rows["pixel"] = pixel(stars.ra, stars.dec)
    rows["ra"], rows["dec"] = stars.ra, stars.dec
    if stars.motion is not None:
        rows["pmra"], rows["pmdec"] = stars.motion.T
    for band, mag in stars.mag.items():
        rows[band], rows[band + _ERROR] = mag, stars.mag_err[band]
    return rows


def merged(tables: Iterable[Rows]) -> Rows:
    """Return all rows in one sorted table with the bands of all, NaN where absent.

    Of stars at the very same position the first is kept.
    """
    parts = list(tables)
    layout = layout_of([part.dtype for part in parts])
    rows = np.concatenate([widened(part, layout) for part in parts])
    rows = rows[np.lexsort((rows["dec"], rows["ra"], rows["pixel"]))]
    twin = (np.diff(rows["ra"]) == 0) & (np.diff(rows["dec"]) == 0)
    first: Rows = rows[np.r_[True, ~twin][: len(rows)]]
    return first


def layout_of(layouts: Sequence[np.dtype[Any]]) -> np.dtype[Any]:
    """Return the layout that holds the bands of all, and motions if any has them."""
    empty = [np.empty(0, dtype=layout) for layout in layouts]
    return _layout(
        dict.fromkeys(band for part in empty for band in bands_of(part)),
        with_motion=any(moving(part) for part in empty),
    )


def widened(part: Rows, layout: np.dtype[Any]) -> Rows:
    """Return rows in another layout, NaN where it has columns they lack."""
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
        np.stack([rows[name] for name in _MOTION], axis=1).astype(np.float64)
        if moving(rows)
        else None,
    )
