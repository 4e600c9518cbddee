"""Location and scale that a few wrong stars do not move."""

import numpy as np

from services.calibrator.domain.model import BoolArray, FloatArray
from shared.kernel.median import median

__all__ = [
    "BISECTIONS",
    "MAD_TO_SIGMA",
    "TUNING",
    "biweight_scale",
    "gaussian",
    "intrinsic_scatter",
    "mad_sigma",
    "medians",
    "quantiles",
    "shorth",
]

MAD_TO_SIGMA = 1.4826
TUNING = 9.0
BISECTIONS = 20


def gaussian(residuals: FloatArray, variance: FloatArray) -> FloatArray:
    """Return the normal density of residuals about zero, of any shape."""
    density: FloatArray = np.exp(-0.5 * residuals**2 / variance)
    return density / np.sqrt(2 * np.pi * variance)


def shorth(values: FloatArray) -> float:
    """Return the median of the shortest half of the values, shape (n,).

    A start that up to half the values cannot move (Rousseeuw & Leroy 1987, "Robust
    Regression and Outlier Detection", ch. 4: the least median of squares location).
    """
    ordered = np.sort(values)
    half = len(ordered) // 2 + 1
    spans = ordered[half - 1 :] - ordered[: len(ordered) - half + 1]
    first = int(np.argmin(spans))
    return float(np.median(ordered[first : first + half]))


def quantiles(values: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the values of each row, shape (…, n), that leave some shares below.

    Between two values it is linear; shape (…, s).
    """
    last = values.shape[-1] - 1
    places = shares * last
    lower = np.minimum(places.astype(np.intp), last)
    ordered = np.sort(values, axis=-1)
    below, above = ordered[..., lower], ordered[..., np.minimum(lower + 1, last)]
    found: FloatArray = below + (above - below) * (places - lower)
    return found


def medians(values: FloatArray, known: BoolArray) -> FloatArray:
    """Return the median of the known values of each row, shape (m, n); 0 of none.

    There is at least one column, and no NaN is known.
    """
    ordered = np.sort(np.where(known, values, np.inf), axis=1)
    rows, count = np.arange(len(values)), np.count_nonzero(known, axis=1)
    lower, upper = (ordered[rows, place // 2] for place in (count - 1, count))
    return np.where(count > 0, (lower + upper) / 2, 0.0)


def mad_sigma(residuals: FloatArray) -> float:
    """Return 1.4826 times the median absolute residual, shape (n,) about zero."""
    return MAD_TO_SIGMA * median(np.abs(residuals))


def biweight_scale(residuals: FloatArray) -> float:
    """Return the biweight scale of residuals, shape (n,) about zero.

    Equation 9 of Beers, Flynn & Gebhardt (1990, AJ 100, 32), tuning constant 9.
    """
    spread = median(np.abs(residuals))
    if spread == 0:
        return float(np.sqrt(np.mean(residuals**2)))
    u2 = (residuals / (TUNING * spread)) ** 2
    near = u2 < 1
    u2, squares = u2[near], residuals[near] ** 2
    top = float(np.sum(squares * (1 - u2) ** 4))
    bottom = float(np.sum((1 - u2) * (1 - 5 * u2)))
    return float(np.sqrt(len(residuals) * top)) / abs(bottom)


def intrinsic_scatter(residual: FloatArray, variance: FloatArray) -> float:
    """Return the scatter that makes Gaussian residuals most likely; shape (n,).

    Bisection on the derivative of the likelihood in the scatter's square, where the
    residuals have these variances besides it.
    """
    squares = residual**2

    def falls(extra: float) -> bool:
        total = variance + extra
        return bool(np.sum((squares - total) / total**2) <= 0)

    low, high = 0.0, float(squares.max(initial=0.0))
    if falls(low):
        return 0.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if falls(middle) else (middle, high)
    return float(np.sqrt(low))
