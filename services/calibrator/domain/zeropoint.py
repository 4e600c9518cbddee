"""The zero-point of one survey and band: reference = instrumental + zero-point."""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.gradient import Slant, find_slant
from services.calibrator.domain.mixture import Agreement, agree
from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    Field,
    FloatArray,
    IndexArray,
    Prior,
    Verdict,
)
from services.calibrator.domain.outcome import (
    ZeroPoint,
)
from services.calibrator.domain.robust import (
    biweight_scale,
    intrinsic_scatter,
    mad_sigma,
)

__all__ = ["Stars", "fit_zeropoint"]

_EVEN = 0.5
_SMALLEST_ERROR = 0.003
_UNKNOWN_ERROR = 0.05
_ENOUGH_UNBLENDED = 20


@dataclass(frozen=True)
class Stars:
    """The uploaded stars of a field, seen from the target; arrays of shape (n,).

    Attributes
    ----------
    places
        East and north of the target [deg], shape (n, 2).
    verdict
        ``TARGET``, ``VARIABLE``, or ``TOOK_PART`` for those that may.
    """

    mag: FloatArray
    mag_err: FloatArray
    places: FloatArray
    verdict: IndexArray

    @classmethod
    def of(cls, field: Field, target: int | None, places: FloatArray) -> "Stars":
        """Return a field's stars, its target and its variables ruled out."""
        verdict = np.full(len(field.mag), Verdict.TOOK_PART, dtype=np.intp)
        if field.variable is not None:
            verdict[field.variable] = Verdict.VARIABLE
        if target is not None:
            verdict[target] = Verdict.TARGET
        return cls(field.mag, field.mag_err, places, verdict)


def fit_zeropoint(stars: Stars, matches: BandMatches, prior: Prior) -> ZeroPoint | None:
    """Return the zero-point of a band, or ``None`` where no star may take part.

    Slope 1, at the mean colour of the stars, at the target. A star takes part when it
    is more probably good than wrong.

    Parameters
    ----------
    stars
        The uploaded stars.
    matches
        The band's magnitudes of the matched stars.
    prior
        What is known of the colour term.
    """
    known = np.isfinite(matches.mag)
    star = matches.star[known]
    verdict = _vetoed(stars.verdict[star], matches, known)
    entered = verdict == Verdict.TOOK_PART
    if not entered.any():
        return None
    difference = matches.mag[known] - stars.mag[star]
    variance = stars.mag_err[star] ** 2 + _reference_variance(matches, known)
    colour, mean = _centred_colour(matches, known, entered)
    fit = _Fit(difference, variance, colour, stars.places[star], star)
    found, slant = fit.run(entered, prior)
    residual = difference - found.centre
    if slant is not None:
        residual = residual - slant.at(fit.places)
    verdict[np.flatnonzero(entered)[found.good < _EVEN]] = Verdict.OUTLIER
    used = verdict == Verdict.TOOK_PART
    return ZeroPoint(
        matches=matches,
        zero_point=found.centre,
        zero_point_err=found.centre_err,
        scatter=biweight_scale(residual[used]) if used.any() else np.inf,
        intrinsic_scatter=intrinsic_scatter(residual[used], variance[used]),
        expected_scatter=found.scatter,
        colour_spread=float(np.std(colour[used])) if used.any() else 0.0,
        colour_term=None if mean is None else found.slope,
        colour_term_err=None if mean is None else found.slope_err,
        mean_colour=mean,
        prior=prior,
        star=star,
        residual=residual,
        variance=variance,
        colour=colour,
        verdict=verdict,
        gradient=None if slant is None else slant.told(),
    )


def _vetoed(verdict: IndexArray, matches: BandMatches, known: BoolArray) -> IndexArray:
    """Return the verdicts before the fit; blends are spared where stars are few."""
    verdict = verdict.copy()
    if matches.blended is None:
        return verdict
    free = verdict == Verdict.TOOK_PART
    blended = matches.blended[known] & free
    if (free & ~blended).sum() >= _ENOUGH_UNBLENDED:
        verdict[blended] = Verdict.BLENDED
    return verdict


def _reference_variance(matches: BandMatches, known: BoolArray) -> FloatArray:
    """Return the variances; a star without an error gets that of its fellows."""
    err = matches.mag_err[known]
    told = err[np.isfinite(err)]
    usual = float(np.median(told)) if len(told) else _UNKNOWN_ERROR
    floor = max(matches.floor, _SMALLEST_ERROR)
    return np.where(np.isfinite(err), err, usual) ** 2 + floor**2


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


@dataclass(frozen=True)
class _Fit:
    """The stars with a magnitude in the band; arrays of shape (m,), places (m, 2)."""

    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    places: FloatArray
    star: IndexArray

    def run(self, entered: BoolArray, prior: Prior) -> tuple[Agreement, Slant | None]:
        """Return what the stars agree on, and the gradient if they demand one."""
        difference, variance = self.difference[entered], self.variance[entered]
        colour, places = self.colour[entered], self.places[entered]
        found = agree(difference, variance, colour, prior)
        residual = difference - found.centre - found.slope * colour
        good = found.good >= _EVEN
        if not good.any():
            return found, None
        weight = 1 / (variance + mad_sigma(residual[good]) ** 2)
        slant = find_slant(
            residual[good], weight[good], places[good], self.star[entered][good]
        )
        if slant is None:
            return found, None
        flat = agree(difference - slant.at(places), variance, colour, prior)
        arm = np.average(places[good], axis=0, weights=weight[good])
        return flat.widened(slant.variance(arm)), slant
