"""Where the good stars agree, when some of them are wrong and nobody knows which.

Each star's difference ``reference − instrumental`` is either good, scattered about the
zero-point by its own error and an intrinsic scatter, or wrong (Hogg, Bovy & Lang 2010,
arXiv:1008.4686, §3). The wrong ones have a law of their own, whose centre and width are
learned as far as there are wrong stars to learn them from; its wide wings leave no star
too far away to be one. How large the intrinsic scatter is, and how many stars are
wrong, is not decided but averaged over: every pair of the two is a hypothesis with a
weight of its own, and the zero-point is the mean over all. So a few stars give a
zero-point that no single one of them can carry away, and an error that says how little
they know.
"""

from dataclasses import dataclass, replace

import numpy as np

from services.calibrator.domain.hypotheses import (
    Judged,
    Sample,
    all_hypotheses,
    curvature,
    log_posterior,
    settled,
    without_negligible,
)
from services.calibrator.domain.model import FloatArray, IndexArray, Prior
from services.calibrator.domain.rules import RULES

__all__ = ["Agreement", "agree"]


@dataclass(frozen=True)
class Agreement:
    """What the stars agree on.

    Attributes
    ----------
    centre, centre_err
        The common difference at colour 0 and its standard error [mag].
    slope, slope_err
        Slope with colour and its error.
    scatter
        Intrinsic scatter to expect of a further star [mag]: root of the mean square.
    good
        Probability of each star to be good, shape (n,).
    """

    centre: float
    centre_err: float
    slope: float
    slope_err: float
    scatter: float
    good: FloatArray

    def widened(self, variance: float) -> "Agreement":
        """Return the same with a variance [mag²] added to the centre's."""
        return replace(self, centre_err=float(np.hypot(self.centre_err, variance**0.5)))


def agree(
    difference: FloatArray, variance: FloatArray, colour: FloatArray, slope: Prior
) -> Agreement:
    """Return what stars agree on, averaged over all hypotheses about them.

    Parameters
    ----------
    difference, variance
        Reference − instrumental [mag] and the square of its error, shape (n,).
    colour
        Colour index from its mean [mag], 0 where not known, shape (n,).
    slope
        What is known of the slope with colour before any star is seen.
    """
    stars = Sample(difference, variance, colour, slope)
    if len(difference) <= RULES.many:
        return _average(settled(stars, all_hypotheses(stars), RULES.negligible))
    few = _typical(difference)
    sample = Sample(difference[few], variance[few], colour[few], slope)
    first = settled(sample, all_hypotheses(sample), RULES.negligible)
    likely = without_negligible(first, RULES.negligible_in_sample).hypotheses
    return _average(settled(stars, likely, RULES.negligible))


def _typical(difference: FloatArray) -> IndexArray:
    """Return a hundred or two stars whose differences are distributed like all."""
    order = np.argsort(difference.astype(np.float32), kind="stable")
    places = np.linspace(0, len(order) - 1, RULES.many).round().astype(np.intp)
    few: IndexArray = order[places]
    return few


def _average(judged: Judged) -> Agreement:
    """Return the mean over all hypotheses, each a Gaussian about its peak."""
    hypotheses = judged.hypotheses
    s, sx, sxx = curvature(judged)
    determinant = s * sxx - sx**2
    log_weight = log_posterior(judged) - 0.5 * np.log(determinant)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    centre = float(weight @ hypotheses.centre)
    slope = float(weight @ hypotheses.slope)
    spread = sxx / determinant + (hypotheses.centre - centre) ** 2
    slope_spread = s / determinant + (hypotheses.slope - slope) ** 2
    return Agreement(
        centre,
        float(np.sqrt(weight @ spread)),
        slope,
        float(np.sqrt(weight @ slope_spread)),
        float(np.sqrt(weight @ hypotheses.scatter[:, 0] ** 2)),
        weight @ judged.good,
    )
