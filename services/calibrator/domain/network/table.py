"""All measurements of a network side by side: a row a frame, a column a star."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from services.calibrator.domain.network.frames import MeasuredFrame, Setup
from services.calibrator.domain.network.identities import Identities
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray, SingleArray

__all__ = ["MOST_STARS", "Changes", "Stars", "Table", "medians", "tabulated"]

MOST_STARS = 500
"""More make no light curve better, and a solution dearer by their square."""
_UNKNOWN_ERR = 0.03

Changes = Mapping[Setup, Sequence[float]]
"""When filter or camera of a setup seem to have been changed [MJD], in order."""


@dataclass(frozen=True)
class Stars:
    """The comparison stars of a network; arrays of shape (s,).

    Attributes
    ----------
    ra, dec
        Reference positions (ICRS) [deg].
    reference, reference_var
        The survey's magnitudes [mag] and the variances it tells [mag²].
    colour
        From the stars' mean colour [mag]; 0 where not known.
    colour_var
        Variance of that [mag²]: 0 where known, the stars' own where not.
    mean_colour
        From which colours count [mag].
    """

    ra: FloatArray
    dec: FloatArray
    reference: FloatArray
    reference_var: FloatArray
    colour: FloatArray
    colour_var: FloatArray
    mean_colour: float


@dataclass(frozen=True)
class Table:
    """Measurements of f frames and s stars, arrays of shape (f, s).

    Attributes
    ----------
    frames
        In the order of the rows: by setup, then by time.
    setups, setup
        Telescopes with their filters, and which of them took each frame, shape (f,).
    mjd
        When each frame was taken [d], shape (f,).
    level
        Median of instrumental less reference magnitude of each frame [mag], shape (f,).
    above
        Instrumental less reference magnitude less that [mag]; 0 where not measured.
    told
        Variance of the uploaded errors [mag²]; 0 where not measured.
    seen
        Which stars each frame has.
    """

    frames: Sequence[MeasuredFrame]
    setups: Sequence[Setup]
    setup: IndexArray
    mjd: FloatArray
    stars: Stars
    level: FloatArray
    above: SingleArray
    told: SingleArray
    seen: BoolArray

    def per_setup_of_stars(self, of_measurements: SingleArray) -> FloatArray:
        """Return sums over the frames of each setup, star by star, shape (o, s)."""
        return (self._membership @ of_measurements).astype(np.float64)

    @cached_property
    def _membership(self) -> SingleArray:
        member = np.equal.outer(np.arange(len(self.setups)), self.setup)
        return member.astype(np.float32)

    def per_setup(self, of_frames: FloatArray) -> FloatArray:
        """Return sums over the frames of each setup, shape (o,)."""
        sums = np.bincount(self.setup, of_frames, len(self.setups))
        return sums.astype(np.float64)


def tabulated(
    frames: Sequence[MeasuredFrame],
    identities: Identities | None = None,
    changes: Changes = MappingProxyType({}),
    most: int = MOST_STARS,
) -> Table:
    """Return the measurements of frames of one band and survey, star by star.

    Rows and columns are in an order of their own, whatever came first. Where there are
    more than ``most`` stars, those that most frames have are taken, of these the best
    measured.

    Parameters
    ----------
    identities
        Of the stars as far as they are known from earlier tables.
    changes
        When a setup became another [MJD]: its frames before and after are told apart.
    """
    known = Identities() if identities is None else identities
    ordered = sorted(
        (_part(frame, changes), frame.mjd, frame.name, frame) for frame in frames
    )
    rows = [frame for *_, frame in ordered]
    setups = sorted({setup for setup, *_ in ordered})
    place = {setup: number for number, setup in enumerate(setups)}
    column = _narrowed(rows, known.columns(rows), len(known), most)
    many = 1 + max(int(stars.max(initial=-1)) for stars in column)
    stars = _stars(_told_of_stars(rows, column, many))
    level = np.array([frame.level for frame in rows])
    above, told = _side_by_side(rows, column, stars, level)
    seen = np.isfinite(told)
    return Table(
        frames=rows,
        setups=setups,
        setup=np.array([place[setup] for setup, *_ in ordered], dtype=np.intp),
        mjd=np.array([frame.mjd for frame in rows]),
        stars=stars,
        level=level,
        above=above,
        told=np.where(seen, told, np.float32(0)),
        seen=seen,
    )


def _part(frame: MeasuredFrame, changes: Changes) -> Setup:
    times = changes.get(frame.setup, ())
    return frame.setup._replace(part=bisect(times, frame.mjd)) if times else frame.setup


def _narrowed(
    rows: Sequence[MeasuredFrame], column: Sequence[IndexArray], many: int, most: int
) -> list[IndexArray]:
    """Return the columns of each frame's stars among those kept; −1 of the others."""
    variance = np.concatenate([frame.variance for frame in rows])
    kept = _kept(np.concatenate(column), variance, many, most)
    narrow = np.full(many, -1, dtype=np.intp)
    narrow[kept] = np.arange(len(kept))
    return [narrow[stars] for stars in column]


def _side_by_side(
    rows: Sequence[MeasuredFrame],
    column: Sequence[IndexArray],
    stars: Stars,
    level: FloatArray,
) -> tuple[SingleArray, SingleArray]:
    """Return what lies above the survey, and variances: NaN where not measured."""
    row = np.repeat(np.arange(len(rows)), [len(one) for one in column])
    star = np.concatenate(column)
    mag, variance = (
        np.concatenate([getattr(frame, name) for frame in rows])
        for name in ("mag", "variance")
    )
    if star.min(initial=0) < 0:
        inside = star >= 0
        row, star, mag, variance = (each[inside] for each in (row, star, mag, variance))
    shape = len(rows), len(stars.reference)
    above, told = np.zeros(shape, np.float32), np.full(shape, np.nan, np.float32)
    above[row, star] = mag - stars.reference[star] - level[row]
    told[row, star] = variance
    return above, told


def _kept(star: IndexArray, variance: FloatArray, many: int, most: int) -> IndexArray:
    """Return which stars to work with, in the order of their numbers."""
    frames = np.bincount(star, minlength=many)
    noise = np.bincount(star, variance, many) / np.maximum(frames, 1)
    order: IndexArray = np.lexsort((np.arange(many), noise, -frames))
    return np.sort(order[: min(most, np.count_nonzero(frames))])


def _told_of_stars(
    rows: Sequence[MeasuredFrame], column: Sequence[IndexArray], many: int
) -> FloatArray:
    """Return what the survey says of each star, as its first frame heard it, (5, s)."""
    told, untold = np.full((5, many), np.nan), np.ones(many, dtype=bool)
    for frame, stars in zip(rows, column, strict=True):
        new = (stars >= 0) & untold[stars]
        if not new.any():
            continue
        place = stars[new]
        told[0, place], told[1, place] = frame.ra[new], frame.dec[new]
        told[2, place], told[3, place] = frame.reference[new], frame.reference_err[new]
        told[4, place] = frame.colour[new]
        untold[place] = False
    return told


def _stars(survey: FloatArray) -> Stars:
    """Return the comparison stars: those without a colour have the others' mean."""
    ra, dec, reference, error, colour = survey
    known = np.isfinite(colour)
    mean = float(colour[known].mean()) if known.any() else 0.0
    spread = float(colour[known].var()) if known.any() else 0.0
    error = np.where(np.isfinite(error) & (error > 0), error, _UNKNOWN_ERR)
    return Stars(
        ra,
        dec,
        reference,
        error**2,
        np.where(known, colour - mean, 0.0),
        np.where(known, 0.0, spread),
        mean,
    )


def medians(values: FloatArray | SingleArray) -> FloatArray:
    """Return the medians of columns, without what is NaN; 0 where all is."""
    ordered = np.sort(values, axis=0)
    count = np.count_nonzero(np.isfinite(values), axis=0)
    column = np.arange(values.shape[1])
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(values) - 1)
    ends = ordered[low, column], ordered[high, column]
    middle = 0.5 * np.sum(ends, axis=0, dtype=np.float64)
    return np.where(count > 0, middle, 0.0)
