"""The uploaded stars beside those of one band, before anything is fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    Field,
    FloatArray,
    IndexArray,
    Verdict,
)
from shared.kernel.median import median
from shared.kernel.quality import Quality

__all__ = [
    "BLENDED",
    "SMALLEST_ERROR",
    "UNKNOWN_ERROR",
    "VETOES",
    "Compared",
    "Stars",
    "Veto",
    "compare",
]

SMALLEST_ERROR = 0.003
"""Of a reference magnitude [mag]."""

UNKNOWN_ERROR = 0.05
"""Of a reference magnitude in a band that tells none [mag]."""

BLENDED = 128
"""Mark against a star beside those of ``Quality``: its reference star is blended."""

_WRONG_LIGHT = Quality.SATURATED | Quality.CUT_OFF | Quality.BAD_PIXELS


class Veto(NamedTuple):
    """What is wrong with a star rules it out where enough others remain."""

    why: Verdict
    mark: int
    enough: int


VETOES = (
    Veto(Verdict.FLAGGED, _WRONG_LIGHT, 5),
    Veto(Verdict.EXTENDED, Quality.EXTENDED, 10),
    Veto(Verdict.BLENDED, BLENDED, 20),
    Veto(Verdict.FLAGGED, Quality.CROWDED, 20),
)
"""One after the other: of those whose light is not known at all few are enough, of
those that may still serve more."""


@dataclass(frozen=True)
class Stars:
    """The uploaded stars of a field; arrays of shape (n,).

    ``verdict`` is ``TARGET``, ``VARIABLE``, or ``TOOK_PART`` for those that may;
    ``quality`` what the file says against each, sums of ``Quality``.
    """

    mag: FloatArray
    mag_err: FloatArray
    verdict: IndexArray
    quality: IndexArray

    @cached_property
    def wrong_light(self) -> BoolArray:
        """Whose light was not measured."""
        return self.quality & _WRONG_LIGHT > 0

    @cached_property
    def extended(self) -> BoolArray:
        """Which are no points."""
        return self.quality & Quality.EXTENDED > 0

    @cached_property
    def variance(self) -> FloatArray:
        """Square of their errors [mag²]."""
        return self.mag_err**2

    @cached_property
    def marks(self) -> NDArray[np.uint8]:
        """The quality as bytes, which leave room for ``BLENDED``."""
        return (self.quality & (BLENDED - 1)).astype(np.uint8)

    @classmethod
    def of(cls, field: Field, target: int | None) -> "Stars":
        """Return a field's stars, its target and its variables ruled out."""
        verdict = np.full(len(field.mag), Verdict.TOOK_PART, dtype=np.intp)
        if field.variable is not None:
            verdict[field.variable] = Verdict.VARIABLE
        if target is not None:
            verdict[target] = Verdict.TARGET
        none = np.zeros(len(verdict), dtype=np.intp)
        quality = none if field.quality is None else field.quality
        return cls(field.mag, field.mag_err, verdict, quality)


@dataclass(frozen=True)
class Compared:
    """The stars that have a magnitude in a band; arrays of shape (m,).

    Attributes
    ----------
    star
        Index of each in the uploaded list.
    difference, variance
        Reference − instrumental [mag] and the square of its error.
    colour, mean_colour
        From the mean of those that may take part, 0 where not known [mag]; the mean
        is ``None`` where none is known.
    verdict
        ``TOOK_PART`` for those that may, and why not for the others.
    stars_entered
        How many may take part.
    """

    matches: BandMatches
    star: IndexArray
    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    mean_colour: float | None
    verdict: IndexArray
    stars_entered: int

    @cached_property
    def entered(self) -> IndexArray:
        """Which may take part, by their indices."""
        return np.flatnonzero(self.verdict == int(Verdict.TOOK_PART))


def compare(stars: Stars, bands: Sequence[BandMatches]) -> list[Compared]:
    """Return a field's stars beside those of each band."""
    return [_beside(stars, band) for band in bands]


def _beside(stars: Stars, matches: BandMatches) -> Compared:
    known = np.isfinite(matches.mag)
    star = matches.star[known]
    verdict = _vetoed(stars, star, matches, known)
    entered = verdict == int(Verdict.TOOK_PART)
    colour, mean = _centred_colour(matches, known, entered)
    return Compared(
        matches,
        star,
        matches.mag[known] - stars.mag[star],
        stars.variance[star] + _reference_variance(matches, known),
        colour,
        mean,
        verdict,
        int(np.count_nonzero(entered)),
    )


def _vetoed(
    stars: Stars, star: IndexArray, matches: BandMatches, known: BoolArray
) -> IndexArray:
    """Return the verdicts before the fit."""
    verdict, marks = stars.verdict[star], stars.marks[star]
    if matches.blended is not None:
        marks = marks | np.where(matches.blended[known], BLENDED, 0)
    for why, mark, enough in VETOES:
        free, ruled_out = verdict == Verdict.TOOK_PART, marks & mark > 0
        if np.count_nonzero(free & ~ruled_out) >= enough:
            verdict[free & ruled_out] = why
    return verdict


def _reference_variance(matches: BandMatches, known: BoolArray) -> FloatArray:
    """Return the variances; a star without an error gets that of its fellows."""
    err = matches.mag_err[known]
    is_told = np.isfinite(err)
    if not is_told.all():
        usual = median(err[is_told]) if is_told.any() else UNKNOWN_ERROR
        err = np.where(is_told, err, usual)
    floor = max(matches.floor, SMALLEST_ERROR)
    variance: FloatArray = err**2 + floor**2
    return variance


def _centred_colour(
    matches: BandMatches, known: BoolArray, entered: BoolArray
) -> tuple[FloatArray, float | None]:
    """Return colours from their mean, 0 where not known, and that mean if any is."""
    none = np.zeros(len(entered))
    if matches.colour is None:
        return none, None
    colour = matches.colour[known]
    told = np.isfinite(colour)
    if not (told & entered).any():
        return none, None
    mean = float(colour[told & entered].mean())
    return np.where(told, colour - mean, 0.0), mean
