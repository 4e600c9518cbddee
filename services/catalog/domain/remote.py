"""A survey's table as its authors publish it, and the stars in its rows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain.cone import Cone
from services.catalog.domain.quality import Condition
from services.catalog.domain.stars import ReferenceStars
from shared.kernel.arrays import FloatArray

__all__ = [
    "RemoteBand",
    "RemoteTable",
    "columns_needed",
    "columns_of",
    "good_rows",
    "stars_of",
]


_POGSON = 2.5 / math.log(10)
_FAINTEST = 50.0
_FULL_CIRCLE, _POLE = 360.0, 90.0


@dataclass(frozen=True)
class RemoteBand:
    """The columns of one band.

    Attributes
    ----------
    mag, err
        Magnitude and its error [mag]; an error of exactly 0 means not known.
    flux, flux_err
        In place of ``err``: flux and its error, in the same unit.
    flag, good
        A column that must have this value, such as 1.
    least_snr
        Least flux over its error.
    add
        What makes the column a magnitude of its system [mag].
    """

    mag: str
    err: str = ""
    flux: str = ""
    flux_err: str = ""
    flag: str = ""
    good: float = 1.0
    least_snr: float = 0.0
    add: float = 0.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are needed."""
        names = (self.mag, self.err, self.flux, self.flux_err, self.flag)
        return tuple(name for name in names if name)


@dataclass(frozen=True)
class RemoteTable:
    """A table, as its survey's definition tells.

    Attributes
    ----------
    table, hats
        Its name in the TAP services, or the folder or address of a HATS archive.
    motion
        Columns of the proper motions μα cos δ and μδ [mas/yr].
    where
        What a row must be to be a good star.
    brightest
        Brighter stars are saturated [mag].
    cut_by
        Band by which a crowded field is cut.
    declinations
        Southern and northern limit [deg]; outside the survey has nothing.
    version
        Changes with the definition: what was fetched by another one is not used.
    """

    ra: str
    dec: str
    table: str = ""
    hats: str = ""
    bands: Mapping[str, RemoteBand] = field(default_factory=dict)
    motion: tuple[str, str] | None = None
    where: tuple[Condition, ...] = ()
    brightest: float = -10.0
    cut_by: str = ""
    declinations: tuple[float, float] = (-90.0, 90.0)
    version: str = ""

    def covers(self, cone: Cone) -> bool:
        """Tell whether the survey may have stars in a cone."""
        south, north = self.declinations
        return south - cone.radius <= cone.dec <= north + cone.radius


def columns_of(table: RemoteTable) -> list[str]:
    """Return the columns to ask for, each once: position, motion, bands."""
    names = [table.ra, table.dec, *(table.motion or ())]
    for band in table.bands.values():
        names += band.columns
    return list(dict.fromkeys(names))


def columns_needed(table: RemoteTable) -> list[str]:
    """Return the columns of the stars and of what makes them good, each once."""
    names = columns_of(table)
    for condition in table.where:
        names += condition.columns
    return list(dict.fromkeys(names))


def good_rows(
    table: RemoteTable, answer: Mapping[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return the rows that meet every condition of the table."""
    good = np.logical_and.reduce(
        [np.ones(len(answer[table.ra]), dtype=bool)]
        + [condition.holds(answer) for condition in table.where]
    )
    return {name: column[good] for name, column in answer.items()}


def stars_of(table: RemoteTable, answer: Mapping[str, FloatArray]) -> ReferenceStars:
    """Return the stars of an answer: its columns by their own names, shape (n,)."""
    ra, dec = answer[table.ra], answer[table.dec]
    known = (np.abs(ra) <= _FULL_CIRCLE) & (np.abs(dec) <= _POLE)
    magnitudes = {
        name: _magnitudes(band, answer, table.brightest)[known]
        for name, band in table.bands.items()
    }
    motion = table.motion
    return ReferenceStars(
        np.mod(ra[known], 360.0),
        dec[known],
        magnitudes,
        {name: _errors(band, answer)[known] for name, band in table.bands.items()},
        None
        if motion is None
        else np.stack([answer[name][known] for name in motion], axis=1),
    )


def _magnitudes(
    band: RemoteBand, answer: Mapping[str, FloatArray], brightest: float
) -> FloatArray:
    mag = answer[band.mag] + band.add
    good = (np.abs(mag) < _FAINTEST) & (mag > brightest)
    if band.flag:
        good &= answer[band.flag] == band.good
    if band.least_snr:
        good &= answer[band.flux] > band.least_snr * answer[band.flux_err]
    return np.where(good, mag, np.nan)


def _errors(band: RemoteBand, answer: Mapping[str, FloatArray]) -> FloatArray:
    if band.flux:
        err = _POGSON * answer[band.flux_err] / answer[band.flux]
    elif band.err:
        err = answer[band.err]
    else:
        return np.full(len(answer[band.mag]), np.nan)
    return np.where((err > 0) & (err < _FAINTEST), err, np.nan)
