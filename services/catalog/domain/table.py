"""A survey's stars as rows of one table, sorted by HEALPix index."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.cone import Cone
from services.catalog.domain.healpix import cone_ranges, pixel
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.sphere import separation, unit_vectors

__all__ = [
    "MOST",
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

MOST = 500_000
"""Stars of a survey in one cone."""

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
    rows = _joined(list(tables))
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


def cut_cone(
    tables: Iterable[Rows], cone: Cone, most: int = MOST
) -> tuple[ReferenceStars, float]:
    """Return the stars of sorted tables in a cone.

    Of more than ``most`` it is the brightest, and fainter ones than the second value
    [mag] were left out; it is NaN where none was. Never many more are in memory.
    """
    ranges, centre = cone_ranges(cone), unit_vectors(cone.ra, cone.dec)
    kept: list[Rows] = []
    cut = math.nan
    for piece in _pieces(tables, ranges, most):
        away = separation(piece["ra"], piece["dec"], centre)
        kept.append(piece[away <= cone.radius])
        if sum(map(len, kept)) > 2 * most:
            brightest, cut = _brightest(_joined(kept), most)
            kept = [brightest]
    rows = _joined(kept)
    if len(rows) > most:
        rows, cut = _brightest(rows, most)
    return _stars(rows), cut


def _pieces(
    tables: Iterable[Rows], ranges: NDArray[np.int64], most: int
) -> Iterator[Rows]:
    """Yield the rows in ranges of pixels, of each table at once if they are few."""
    for rows in tables:
        edges = np.searchsorted(rows["pixel"], ranges)
        parts = [rows[first:past] for first, past in edges if past > first]
        if sum(map(len, parts)) <= most:
            yield np.concatenate(parts) if parts else rows[:0]
        else:
            for part in parts:
                for start in range(0, len(part), most):
                    yield part[start : start + most]


def _joined(parts: Sequence[Rows]) -> Rows:
    """Return all rows with the columns of all, in their order."""
    if len(parts) == 1:
        return parts[0]
    layout = layout_of([part.dtype for part in parts])
    none = np.empty(0, dtype=layout)
    return np.concatenate([none, *(widened(part, layout) for part in parts)])


def _brightest(rows: Rows, most: int) -> tuple[Rows, float]:
    """Return the brightest rows, in whichever band, and how bright the last is."""
    light = np.fmin.reduce([rows[band] for band in bands_of(rows)])
    order = np.argsort(light, kind="stable")[:most]
    return rows[np.sort(order)], float(light[order[-1]])


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
