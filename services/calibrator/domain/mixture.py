"""Where the good stars agree, when some of them are wrong and nobody knows which.

Each star's difference ``reference − instrumental`` is either good, scattered about the
zero-point by its own error and an intrinsic scatter, or wrong, anywhere (Hogg, Bovy &
Lang 2010, arXiv:1008.4686, §3; a Cauchy law for the wrong ones, so that no star is too
far away to be one). How large the intrinsic scatter is, and
how many stars are wrong, is not decided but averaged over: every pair of the two is
a hypothesis with a weight of its own, and the zero-point is the mean over all. So a
few stars give a zero-point that no single one of them can carry away, and an error
that says how little they know.
"""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.model import FloatArray, IndexArray
from services.calibrator.domain.robust import shorth

__all__ = ["Agreement", "agree"]

_INTRINSIC = np.array([0.0, 0.01, 0.02, 0.035, 0.06, 0.12, 0.3])
_INTRINSIC_PRIOR = np.array([1.0, 1.0, 1.0, 0.7, 0.3, 0.1, 0.02])
_WRONG = np.array([0.03, 0.12, 0.3])
_WRONG_PRIOR = np.array([0.5, 0.3, 0.15])
_WRONG_SCALE = 0.3
_MANY = 150
_ROUNDS = 60
_FORGET_EVERY = 3
_CLOSE = 1e-3
_TOLERANCE = 0.01
_NEGLIGIBLE = 25.0
_NEGLIGIBLE_IN_SAMPLE = 6.0
_FLATTEST = 0.2
_OF_EACH = ("_scatter", "_wrong", "_log_prior", "_centre", "_slope")


@dataclass(frozen=True)
class Agreement:
    """What the stars agree on.

    Attributes
    ----------
    centre, centre_err
        The common difference at colour 0 and its standard error [mag].
    slope, slope_err
        Slope with colour and its error.
    good
        Probability of each star to be good, shape (n,).
    """

    centre: float
    centre_err: float
    slope: float
    slope_err: float
    good: FloatArray


def agree(
    difference: FloatArray, variance: FloatArray, colour: FloatArray, prior: float
) -> Agreement:
    """Return what stars agree on, averaged over all hypotheses about them.

    Parameters
    ----------
    difference, variance
        Reference − instrumental [mag] and the square of its error, shape (n,).
    colour
        Colour index from its mean [mag], 0 where not known, shape (n,).
    prior
        Standard deviation of the slope before any star is seen.
    """
    hypotheses = _Hypotheses(difference, variance, colour, prior)
    if len(difference) > _MANY:
        few = _typical(difference)
        sample = _Hypotheses(difference[few], variance[few], colour[few], prior)
        sample.settle(_NEGLIGIBLE)
        hypotheses.take_over(sample, _NEGLIGIBLE_IN_SAMPLE)
    hypotheses.settle(_NEGLIGIBLE)
    return hypotheses.average()


def _typical(difference: FloatArray) -> IndexArray:
    """Return a hundred or two stars whose differences are distributed like all."""
    order = np.argsort(difference, kind="stable")
    places = np.linspace(0, len(order) - 1, _MANY).round().astype(np.intp)
    few: IndexArray = order[places]
    return few


class _Hypotheses:
    """Intrinsic scatter and wrong fraction, h pairs of them; arrays of (h, n)."""

    def __init__(
        self,
        difference: FloatArray,
        variance: FloatArray,
        colour: FloatArray,
        prior: float,
    ) -> None:
        self._difference, self._variance = difference, variance
        self._colour, self._precision = colour, prior**-2
        scatter, wrong = np.meshgrid(_INTRINSIC, _WRONG, indexing="ij")
        self._scatter, self._wrong = scatter.reshape(-1, 1), wrong.reshape(-1, 1)
        self._log_prior = np.log(np.outer(_INTRINSIC_PRIOR, _WRONG_PRIOR).ravel())
        self._centre = np.full(scatter.size, shorth(difference))
        self._slope = np.zeros(scatter.size)

    def settle(self, negligible: float) -> None:
        """Move every hypothesis to its peak, and forget those that do not matter.

        ``negligible`` is how far a log posterior may lie below the best one; while
        the hypotheses still move, they are forgiven more.
        """
        self._hold()
        tolerance = _TOLERANCE / np.sqrt(np.sum(1 / self._variance))
        for number in range(_ROUNDS):
            step = self._improve()
            if step < tolerance:
                break
            if number % _FORGET_EVERY == 0:
                self.forget(negligible * (1 + step / _CLOSE))

    def take_over(self, sample: "_Hypotheses", negligible: float) -> None:
        """Begin where a sample of the stars has settled."""
        sample.forget(negligible)
        for name in _OF_EACH:
            setattr(self, name, getattr(sample, name))

    def forget(self, negligible: float) -> None:
        """Forget hypotheses whose log posterior is so far below the best."""
        log_posterior = self._log_posterior()
        kept = log_posterior > log_posterior.max() - negligible
        if not kept.all():
            for name in _OF_EACH:
                setattr(self, name, getattr(self, name)[kept])
            self._hold()

    def _hold(self) -> None:
        """Hold the hypotheses against the stars."""
        good = self._variance + self._scatter**2
        self._good = 1 / good
        self._scale = good + _WRONG_SCALE**2
        self._top_good = (1 - self._wrong) * np.sqrt(self._good / (2 * np.pi))
        self._top_wrong = self._wrong / np.pi * np.sqrt(self._scale)
        self._weigh()

    def _weigh(self) -> None:
        """Compare, for each star and hypothesis, good with wrong."""
        self._residual = (
            self._difference
            - self._centre[:, None]
            - self._slope[:, None] * self._colour
        )
        squares = self._residual**2
        self._spread = self._scale + squares
        good = self._top_good * np.exp(-0.5 * squares * self._good)
        self._likelihood = good + self._top_wrong / self._spread
        self._probability = good / self._likelihood

    def _log_posterior(self) -> FloatArray:
        seen: FloatArray = np.log(self._likelihood).sum(axis=1)
        return seen + self._log_prior - 0.5 * self._precision * self._slope**2

    def _improve(self) -> float:
        weight = self._weights()
        s, sx, sxx = self._sums(weight)
        sy = weight @ self._difference
        sxy = weight @ (self._colour * self._difference)
        determinant = s * sxx - sx**2
        centre = (sy * sxx - sx * sxy) / determinant
        self._slope = (s * sxy - sx * sy) / determinant
        step = float(np.abs(centre - self._centre).max())
        self._centre = centre
        self._weigh()
        return step

    def _weights(self) -> FloatArray:
        p = self._probability
        weight: FloatArray = p * self._good + (1 - p) * (2 / self._spread)
        return weight

    def _sums(self, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        sxx = weight @ self._colour**2 + self._precision
        return weight.sum(axis=1), weight @ self._colour, sxx

    def average(self) -> Agreement:
        """Return the mean over all hypotheses, each a Gaussian about its peak."""
        s, sx, sxx = self._curvature()
        determinant = s * sxx - sx**2
        log_weight = self._log_posterior() - 0.5 * np.log(determinant)
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        centre, slope = float(weight @ self._centre), float(weight @ self._slope)
        spread = sxx / determinant + (self._centre - centre) ** 2
        slope_spread = s / determinant + (self._slope - slope) ** 2
        return Agreement(
            centre,
            float(np.sqrt(weight @ spread)),
            slope,
            float(np.sqrt(weight @ slope_spread)),
            weight @ self._probability,
        )

    def _curvature(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the observed information (Louis 1982, JRSS B 44, 226).

        It is kept from vanishing where a star sits between good and wrong.
        """
        weight = self._weights()
        p = self._probability
        between = self._residual * (self._good - 2 / self._spread)
        doubt = p * (1 - p) * between**2
        return self._sums(np.maximum(weight - doubt, _FLATTEST * weight))
