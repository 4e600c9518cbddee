"""The uploaded stars beside those of one band, before anything is fitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    Field,
    FloatArray,
    IndexArray,
    Prior,
    Verdict,
)
from services.calibrator.domain.tally import Told
from shared.kernel.median import median
from shared.kernel.quality import Quality

__all__ = ["Compared", "Stars", "together"]

_SMALLEST_ERROR = 0.003
_UNKNOWN_ERROR = 0.05
_ENOUGH_POINTS = 10
_ENOUGH_UNBLENDED = 20
_WRONG_LIGHT = Quality.SATURATED | Quality.CUT_OFF | Quality.BAD_PIXELS
_FEWEST = 5
_WELL_COVERED = 0.5


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
    def crowded(self) -> BoolArray:
        """Which have a neighbour's light in them."""
        return self.quality & Quality.CROWDED > 0

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
    """

    matches: BandMatches
    star: IndexArray
    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    mean_colour: float | None
    verdict: IndexArray

    @classmethod
    def of(cls, stars: Stars, matches: BandMatches) -> "Compared":
        """Return a field's stars beside those of a band."""
        known = np.isfinite(matches.mag)
        star = matches.star[known]
        verdict = _vetoed(stars, star, matches, known)
        colour, mean = _centred_colour(matches, known, verdict == Verdict.TOOK_PART)
        return cls(
            matches,
            star,
            matches.mag[known] - stars.mag[star],
            stars.mag_err[star] ** 2 + _reference_variance(matches, known),
            colour,
            mean,
            verdict,
        )

    @cached_property
    def entered(self) -> IndexArray:
        """Which may take part, by their indices."""
        return np.flatnonzero(self.verdict == Verdict.TOOK_PART)


def together(bands: Sequence[tuple[Compared, Prior]], stars: int) -> Told | None:
    """Return what the well covered bands say of so many uploaded stars."""
    most = max((len(band.entered) for band, _ in bands), default=0)
    if most < _FEWEST:
        return None
    enough = [one for one in bands if len(one[0].entered) >= _WELL_COVERED * most]
    shape = len(enough), stars
    told = Told(
        difference=np.zeros(shape),
        variance=np.ones(shape),
        colour=np.zeros(shape),
        known=np.zeros(shape, dtype=bool),
        usual=np.array([prior.mean for _, prior in enough]),
        steepest=np.array([prior.sigma for _, prior in enough]),
    )
    for row, (band, _) in enumerate(enough):
        star = band.star[band.entered]
        told.difference[row, star] = band.difference[band.entered]
        told.variance[row, star] = band.variance[band.entered]
        told.colour[row, star] = band.colour[band.entered]
        told.known[row, star] = True
    return told


def _vetoed(
    stars: Stars, star: IndexArray, matches: BandMatches, known: BoolArray
) -> IndexArray:
    """Return the verdicts before the fit.

    What is wrong with a star rules it out where enough others remain: of those whose
    light is not known at all few are enough, of those that may still serve more.
    """
    verdict = stars.verdict[star]
    blended = np.zeros(len(star), dtype=bool)
    if matches.blended is not None:
        blended = matches.blended[known]
    for why, ruled_out, enough in (
        (Verdict.FLAGGED, stars.wrong_light[star], _FEWEST),
        (Verdict.EXTENDED, stars.extended[star], _ENOUGH_POINTS),
        (Verdict.BLENDED, blended, _ENOUGH_UNBLENDED),
        (Verdict.FLAGGED, stars.crowded[star], _ENOUGH_UNBLENDED),
    ):
        free = verdict == Verdict.TOOK_PART
        if np.count_nonzero(free & ~ruled_out) >= enough:
            verdict[free & ruled_out] = why
    return verdict


def _reference_variance(matches: BandMatches, known: BoolArray) -> FloatArray:
    """Return the variances; a star without an error gets that of its fellows."""
    err = matches.mag_err[known]
    is_told = np.isfinite(err)
    if not is_told.all():
        usual = median(err[is_told]) if is_told.any() else _UNKNOWN_ERROR
        err = np.where(is_told, err, usual)
    floor = max(matches.floor, _SMALLEST_ERROR)
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
