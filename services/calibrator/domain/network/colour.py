"""The target's colour, from its own points in other bands near in time."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np

from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["ColourSource", "Series", "TargetColours", "colour_at", "magnitude_at"]

_LONGEST = 3.0
_WALK = 0.1**2
_LEAST_ERR = 0.01
_AT_ONCE = 512


class ColourSource(IntEnum):
    """Who tells a colour."""

    NOBODY = 0
    OTHER_BANDS = 1
    TOLD = 2
    TELESCOPES = 3


@dataclass(frozen=True)
class TargetColours:
    """The target's colour at some times, as far as it is known; arrays of shape (n,).

    Attributes
    ----------
    value, err
        Colour and its error [mag]; NaN where not known.
    source
        Who tells it: a ``ColourSource``.
    """

    value: FloatArray
    err: FloatArray
    source: IndexArray

    @classmethod
    def of(cls, value: FloatArray, err: FloatArray, source: ColourSource) -> Self:
        """Return colours of one source."""
        known = np.isfinite(value)
        return cls(
            value,
            np.where(known, err, np.nan),
            np.where(known, source, ColourSource.NOBODY).astype(np.intp),
        )

    @classmethod
    def unknown(cls, many: int) -> Self:
        """Return colours that nobody tells."""
        nan = np.full(many, np.nan)
        return cls.of(nan, nan, ColourSource.NOBODY)

    def over(self, others: "TargetColours") -> "TargetColours":
        """Return these, and others where these are not known."""
        known = np.isfinite(self.value)
        return TargetColours(
            np.where(known, self.value, others.value),
            np.where(known, self.err, others.err),
            np.where(known, self.source, others.source),
        )


@dataclass(frozen=True)
class Series:
    """Points of one band: times [MJD], magnitudes and errors [mag], shape (n,)."""

    mjd: FloatArray
    mag: FloatArray
    err: FloatArray


def colour_at(
    mjd: FloatArray, blue: Series, red: Series
) -> tuple[FloatArray, FloatArray]:
    """Return the colour at some times and its error [mag], NaN where not known.

    Each band's magnitude is that of its points near in time.
    """
    first, first_err = magnitude_at(mjd, blue)
    second, second_err = magnitude_at(mjd, red)
    return first - second, np.hypot(first_err, second_err)


def magnitude_at(mjd: FloatArray, points: Series) -> tuple[FloatArray, FloatArray]:
    """Return a band's magnitude at some times and its error [mag], NaN of none near.

    It is the mean of the points within three days, weighted by their errors and by how
    far the target may have gone since: as a random walk, by what its own points show
    (0.1 mag in a day at least). Where points scatter more than that, so may the mean.
    """
    mag, err = np.full(len(mjd), np.nan), np.full(len(mjd), np.nan)
    if not len(points.mjd):
        return mag, err
    walk = _walk(points)
    for first in range(0, len(mjd), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        away = np.abs(mjd[part, None] - points.mjd)
        weight = 1 / (points.err**2 + walk * away)
        weight = np.where(away <= _LONGEST, weight, 0.0)
        total = weight.sum(axis=1)
        known = total > 0
        safe = np.where(known, total, 1.0)
        mean = weight @ points.mag / safe
        square = (weight * (points.mag - mean[:, None]) ** 2).sum(axis=1)
        others = np.maximum(np.count_nonzero(weight, axis=1) - 1, 1)
        excess = np.maximum(square / others, 1.0)
        gone = 0.5 * walk * away.min(axis=1)
        mag[part] = np.where(known, mean, np.nan)
        variance = excess / safe + gone + _LEAST_ERR**2
        err[part] = np.where(known, np.sqrt(variance), np.nan)
    return mag, err


def _walk(points: Series) -> float:
    """Return by how much the target's magnitude walks [mag²/d].

    From neighbouring points within three days, less their errors.
    """
    order = np.argsort(points.mjd, kind="stable")
    time, mag = np.diff(points.mjd[order]), np.diff(points.mag[order])
    variance = points.err[order] ** 2
    beyond = np.maximum(mag**2 - variance[1:] - variance[:-1], 0.0)
    near = (time > 0) & (time <= _LONGEST)
    if not near.any():
        return _WALK
    return max(float(beyond[near].sum() / time[near].sum()), _WALK)
