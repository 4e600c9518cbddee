"""Hypotheses about an image: how much its good stars scatter, how many are wrong.

Good stars follow a Gaussian about centre and slope, wrong ones Student's law with three
degrees of freedom; its centre (from the zero-point) and width have priors worth three
stars. Every function returns new records; none is ever changed.
"""

from dataclasses import dataclass, replace

import numpy as np

from services.calibrator.domain.intrinsic import SCATTERS, WEIGHTS
from services.calibrator.domain.model import BoolArray, FloatArray, Prior
from services.calibrator.domain.robust import shorth
from services.calibrator.domain.rules import RULES

__all__ = [
    "Hypotheses",
    "Judged",
    "Sample",
    "all_hypotheses",
    "curvature",
    "log_posterior",
    "settled",
    "without_negligible",
]

WRONG = np.array([0.03, 0.12, 0.3])
WRONG_PRIOR = np.array([0.5, 0.3, 0.15])
_STUDENT_TOP = 2 / (np.pi * np.sqrt(3))


@dataclass(frozen=True)
class Sample:
    """Stars: reference − instrumental [mag], its variance, and colour, shape (n,).

    ``slope`` is what is known of the slope with colour beforehand.
    """

    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    slope: Prior


@dataclass(frozen=True)
class Hypotheses:
    """Pairs of intrinsic scatter and wrong fraction, h of them.

    Attributes
    ----------
    scatter, wrong
        Intrinsic scatter [mag] and wrong fraction of each, shape (h, 1).
    log_prior
        Logarithm of the prior weight of each, shape (h,).
    centre, slope
        Zero-point at colour 0 [mag] and slope with colour of each, shape (h,).
    wrong_centre, wrong_square
        Of the law of the wrong stars: centre [mag] and squared width, shape (h, 1).
    """

    scatter: FloatArray
    wrong: FloatArray
    log_prior: FloatArray
    centre: FloatArray
    slope: FloatArray
    wrong_centre: FloatArray
    wrong_square: FloatArray

    def chosen(self, kept: BoolArray) -> "Hypotheses":
        """Return some of them."""
        return Hypotheses(*(part[kept] for part in vars(self).values()))


@dataclass(frozen=True)
class _Spread:
    """What good stars should scatter under each hypothesis, shape (h, n)."""

    square: FloatArray
    precision: FloatArray
    top: FloatArray


@dataclass(frozen=True)
class Judged:
    """Hypotheses held against the stars; arrays of shape (h, n).

    Attributes
    ----------
    good
        Probability of each star to be good.
    """

    sample: Sample
    hypotheses: Hypotheses
    spread: _Spread
    residual: FloatArray
    wing: FloatArray
    likelihood: FloatArray
    good: FloatArray


def all_hypotheses(sample: Sample) -> Hypotheses:
    """Return every hypothesis, at a robust guess of the zero-point."""
    scatter, wrong = np.meshgrid(SCATTERS, WRONG, indexing="ij")
    guess = shorth(sample.difference - sample.slope.mean * sample.colour)
    count = scatter.size
    return Hypotheses(
        scatter=scatter.reshape(-1, 1),
        wrong=wrong.reshape(-1, 1),
        log_prior=np.log(np.outer(WEIGHTS, WRONG_PRIOR).ravel()),
        centre=np.full(count, guess),
        slope=np.full(count, sample.slope.mean),
        wrong_centre=np.zeros((count, 1)),
        wrong_square=np.full((count, 1), RULES.wrong_width**2),
    )


def settled(sample: Sample, hypotheses: Hypotheses, negligible: float) -> Judged:
    """Move every hypothesis to its peak, and forget those that do not matter.

    ``negligible`` is how far a log posterior may lie below the best one; while the
    hypotheses still move, they are forgiven more.
    """
    judged = _judged(sample, hypotheses, _spread(sample, hypotheses))
    for number in range(RULES.rounds):
        judged, step = _improved(judged)
        if step < RULES.tolerance:
            break
        if number % RULES.forget_every == 0:
            judged = without_negligible(judged, negligible * (1 + step / RULES.close))
    return judged


def without_negligible(judged: Judged, negligible: float) -> Judged:
    """Forget hypotheses whose log posterior is so far below the best."""
    height = log_posterior(judged)
    kept: BoolArray = height > height.max() - negligible
    if kept.all():
        return judged
    fewer = judged.hypotheses.chosen(kept)
    return _judged(judged.sample, fewer, _spread(judged.sample, fewer))


def _spread(sample: Sample, hypotheses: Hypotheses) -> _Spread:
    square = sample.variance + hypotheses.scatter**2
    precision = 1 / square
    top = (1 - hypotheses.wrong) * np.sqrt(precision / (2 * np.pi))
    return _Spread(square, precision, top)


def _judged(sample: Sample, hypotheses: Hypotheses, spread: _Spread) -> Judged:
    """Compare, for each star and hypothesis, good with wrong."""
    expected = hypotheses.slope[:, None] * sample.colour
    residual = sample.difference - hypotheses.centre[:, None] - expected
    good = spread.top * np.exp(-0.5 * residual**2 * spread.precision)
    width = hypotheses.wrong_square + spread.square
    away = residual - hypotheses.wrong_centre
    wing = 1 + away**2 / (3 * width)
    wrong = hypotheses.wrong * _STUDENT_TOP / (np.sqrt(width) * wing**2)
    likelihood = good + wrong
    return Judged(
        sample, hypotheses, spread, residual, wing, likelihood, good / likelihood
    )


def log_posterior(judged: Judged) -> FloatArray:
    """Return the log posterior of each at its peak, but for a constant, shape (h,)."""
    hypotheses, prior = judged.hypotheses, judged.sample.slope
    seen: FloatArray = np.log(judged.likelihood).sum(axis=1)
    slope = ((hypotheses.slope - prior.mean) / prior.sigma) ** 2
    square = hypotheses.wrong_square[:, 0]
    ratio = square / RULES.wrong_width**2
    shape = hypotheses.wrong_centre[:, 0] ** 2 / square
    shape = shape + np.log(ratio) + 1 / ratio - 1
    return seen + hypotheses.log_prior - 0.5 * slope - 0.5 * RULES.worth * shape


def _improved(judged: Judged) -> tuple[Judged, float]:
    """Move every hypothesis; return the longest way too, in errors of its centre."""
    sample, before = judged.sample, judged.hypotheses
    weight = judged.good * judged.spread.precision + RULES.least_weight
    s, sx, sxx = _sums(sample, weight)
    sy = weight @ sample.difference
    pull = sample.slope.mean / sample.slope.sigma**2
    sxy = weight @ (sample.colour * sample.difference) + pull
    determinant = s * sxx - sx**2
    centre = (sy * sxx - sx * sxy) / determinant
    step = float((np.abs(centre - before.centre) * np.sqrt(s)).max())
    wrong_centre, wrong_square = _law_of_the_wrong(judged)
    after = replace(
        before,
        centre=centre,
        slope=(s * sxy - sx * sy) / determinant,
        wrong_centre=wrong_centre,
        wrong_square=wrong_square,
    )
    return _judged(sample, after, judged.spread), step


def _law_of_the_wrong(judged: Judged) -> tuple[FloatArray, FloatArray]:
    """Return centre and squared width of the wrong stars' law, as if it had more."""
    share = 1 - judged.good
    near = share * (4 / 3) / judged.wing
    count, weight = (each.sum(axis=1, keepdims=True) for each in (share, near))
    pull = (near * judged.residual).sum(axis=1, keepdims=True)
    centre = pull / (weight + RULES.worth)
    squares = (near * (judged.residual - centre) ** 2).sum(axis=1, keepdims=True)
    return centre, (squares + RULES.worth * RULES.wrong_width**2) / (
        count + RULES.worth
    )


def _sums(
    sample: Sample, weight: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    sxx = weight @ sample.colour**2 + sample.slope.sigma**-2
    return weight.sum(axis=1), weight @ sample.colour, sxx


def curvature(judged: Judged) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the observed information (Louis 1982, JRSS B 44, 226).

    Sums of weight, weight · colour and weight · colour², each of shape (h,). It is kept
    from vanishing where a star sits between good and wrong.
    """
    precision = judged.spread.precision
    weight = judged.good * precision + RULES.least_weight
    doubt = judged.good * (1 - judged.good) * (judged.residual * precision) ** 2
    return _sums(judged.sample, np.maximum(weight - doubt, RULES.flattest * weight))
