"""Hypotheses about an image: how much its good stars scatter, how many are wrong."""

import numpy as np

from services.calibrator.domain.model import FloatArray, Prior
from services.calibrator.domain.robust import shorth

__all__ = ["Hypotheses"]

_INTRINSIC = np.array([0.0, 0.01, 0.02, 0.035, 0.06, 0.12, 0.3])
_INTRINSIC_PRIOR = np.array([1.0, 1.0, 1.0, 0.5, 0.1, 0.05, 0.02])
_WRONG = np.array([0.03, 0.12, 0.3])
_WRONG_PRIOR = np.array([0.5, 0.3, 0.15])
_WRONG_WIDTH = 0.4
_WORTH = 3.0
_STUDENT_TOP = 2 / (np.pi * np.sqrt(3))
_ROUNDS = 40
_FORGET_EVERY = 2
_CLOSE = 2.0
_TOLERANCE = 0.05
_FLATTEST = 0.2
_LEAST_WEIGHT = 1e-9
_OF_EACH = (
    *("scatter", "_wrong", "_log_prior", "centre", "slope"),
    *("_wrong_centre", "_wrong_square"),
)


class Hypotheses:
    """Intrinsic scatter and wrong fraction, h pairs of them.

    Good stars follow a Gaussian about centre and slope, wrong ones Student's law with
    three degrees of freedom; its centre (from the zero-point) and width have priors
    worth three stars. Arrays of shape (h,), (h, 1) or (h, n).

    Attributes
    ----------
    scatter
        Intrinsic scatter of each [mag], shape (h, 1).
    centre, slope
        Zero-point at colour 0 [mag] and slope with colour of each, shape (h,).
    good
        Probability of each star to be good, shape (h, n).
    """

    def __init__(
        self,
        difference: FloatArray,
        variance: FloatArray,
        colour: FloatArray,
        slope: Prior,
    ) -> None:
        self._difference, self._variance = difference, variance
        self._colour, self._prior = colour, slope
        scatter, wrong = np.meshgrid(_INTRINSIC, _WRONG, indexing="ij")
        self.scatter, self._wrong = scatter.reshape(-1, 1), wrong.reshape(-1, 1)
        self._log_prior = np.log(np.outer(_INTRINSIC_PRIOR, _WRONG_PRIOR).ravel())
        self.centre = np.full(scatter.size, shorth(difference - slope.mean * colour))
        self.slope = np.full(scatter.size, slope.mean)
        self._wrong_centre = np.zeros((scatter.size, 1))
        self._wrong_square = np.full((scatter.size, 1), _WRONG_WIDTH**2)

    def settle(self, negligible: float) -> None:
        """Move every hypothesis to its peak, and forget those that do not matter.

        ``negligible`` is how far a log posterior may lie below the best one; while
        the hypotheses still move, they are forgiven more.
        """
        self._hold()
        for number in range(_ROUNDS):
            step = self._improve()
            if step < _TOLERANCE:
                break
            if number % _FORGET_EVERY == 0:
                self.forget(negligible * (1 + step / _CLOSE))

    def take_over(self, sample: "Hypotheses", negligible: float) -> None:
        """Begin where a sample of the stars has settled."""
        sample.forget(negligible)
        for name in _OF_EACH:
            setattr(self, name, getattr(sample, name))

    def forget(self, negligible: float) -> None:
        """Forget hypotheses whose log posterior is so far below the best."""
        log_posterior = self.log_posterior()
        kept = log_posterior > log_posterior.max() - negligible
        if not kept.all():
            for name in _OF_EACH:
                setattr(self, name, getattr(self, name)[kept])
            self._hold()

    def _hold(self) -> None:
        """Hold the hypotheses against the stars."""
        self._square = self._variance + self.scatter**2
        self._precision = 1 / self._square
        self._top = (1 - self._wrong) * np.sqrt(self._precision / (2 * np.pi))
        self._weigh()

    def _weigh(self) -> None:
        """Compare, for each star and hypothesis, good with wrong."""
        self._residual = (
            self._difference - self.centre[:, None] - self.slope[:, None] * self._colour
        )
        good = self._top * np.exp(-0.5 * self._residual**2 * self._precision)
        width = self._wrong_square + self._square
        away = self._residual - self._wrong_centre
        self._wing = 1 + away**2 / (3 * width)
        wrong = self._wrong * _STUDENT_TOP / (np.sqrt(width) * self._wing**2)
        self._likelihood = good + wrong
        self.good = good / self._likelihood

    def log_posterior(self) -> FloatArray:
        """Return the log posterior of each at its peak, but for a constant."""
        seen: FloatArray = np.log(self._likelihood).sum(axis=1)
        slope = ((self.slope - self._prior.mean) / self._prior.sigma) ** 2
        square = self._wrong_square[:, 0]
        shape = self._wrong_centre[:, 0] ** 2 / square
        ratio = square / _WRONG_WIDTH**2
        shape = shape + np.log(ratio) + 1 / ratio - 1
        return seen + self._log_prior - 0.5 * slope - 0.5 * _WORTH * shape

    def _improve(self) -> float:
        """Move every hypothesis; return the longest way, in errors of its centre."""
        weight = self.good * self._precision + _LEAST_WEIGHT
        s, sx, sxx = self._sums(weight)
        sy = weight @ self._difference
        pull = self._prior.mean / self._prior.sigma**2
        sxy = weight @ (self._colour * self._difference) + pull
        determinant = s * sxx - sx**2
        centre = (sy * sxx - sx * sxy) / determinant
        self.slope = (s * sxy - sx * sy) / determinant
        step = float((np.abs(centre - self.centre) * np.sqrt(s)).max())
        self.centre = centre
        self._learn_the_wrong()
        self._weigh()
        return step

    def _learn_the_wrong(self) -> None:
        """Improve centre and width of the wrong stars' law, as if it had stars more."""
        share = 1 - self.good
        near = share * (4 / 3) / self._wing
        sums = [each.sum(axis=1, keepdims=True) for each in (share, near)]
        self._wrong_centre = (near * self._residual).sum(axis=1, keepdims=True) / (
            sums[1] + _WORTH
        )
        squares = near * (self._residual - self._wrong_centre) ** 2
        self._wrong_square = (
            squares.sum(axis=1, keepdims=True) + _WORTH * _WRONG_WIDTH**2
        ) / (sums[0] + _WORTH)

    def _sums(self, weight: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        sxx = weight @ self._colour**2 + self._prior.sigma**-2
        return weight.sum(axis=1), weight @ self._colour, sxx

    def curvature(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the observed information (Louis 1982, JRSS B 44, 226).

        Sums of weight, weight · colour and weight · colour², each of shape (h,). It is
        kept from vanishing where a star sits between good and wrong.
        """
        weight = self.good * self._precision + _LEAST_WEIGHT
        doubt = self.good * (1 - self.good) * (self._residual * self._precision) ** 2
        return self._sums(np.maximum(weight - doubt, _FLATTEST * weight))
