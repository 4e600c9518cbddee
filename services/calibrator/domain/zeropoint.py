"""The zero-point of one survey and band: reference = instrumental + zero-point."""

import numpy as np

from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    FloatArray,
    IndexArray,
    ZeroPoint,
)
from services.calibrator.domain.robust import biweight_scale, mad_sigma, shorth

__all__ = ["fit_zeropoint"]

_CLIP = 3.0
_ROUNDS = 30
_BISECTIONS = 30
_SMALLEST_SIGMA = 0.005
_UNKNOWN_ERROR = 0.05
_COLOUR_PRIOR = 0.1


def fit_zeropoint(
    mag: FloatArray, mag_err: FloatArray, matches: BandMatches, among: BoolArray
) -> ZeroPoint | None:
    """Return the zero-point of a band, or ``None`` where it has no star.

    Slope 1. Starts from the shortest half, then alternates between rejecting stars
    beyond three sigma and a mean weighted by both errors and an intrinsic scatter.

    Parameters
    ----------
    mag, mag_err
        Instrumental magnitudes and errors [mag] of the uploaded stars, shape (n,).
    matches
        The band's magnitudes of the matched stars.
    among
        Which uploaded stars may take part, shape (n,).
    """
    known = np.isfinite(matches.mag) & among[matches.star]
    star = matches.star[known]
    if not len(star):
        return None
    difference = matches.mag[known] - mag[star]
    variance = mag_err[star] ** 2 + _reference_variance(matches, known)
    used, intrinsic = _converge(difference, variance)
    weight = 1 / (variance[used] + intrinsic**2)
    zero_point = float(np.average(difference[used], weights=weight))
    residual = difference - zero_point
    scatter = biweight_scale(residual[used])
    term, term_err = _colour_term(matches, known, residual, used, weight)
    error = max(weight.sum() ** -0.5, scatter / np.sqrt(used.sum()))
    return ZeroPoint(
        matches, zero_point, float(error), scatter, intrinsic, term, term_err,
        star, residual, used,
    )  # fmt: skip


def _reference_variance(matches: BandMatches, known: BoolArray) -> FloatArray:
    """Return the variances; a star without an error gets that of its fellows."""
    err = matches.mag_err[known]
    told = err[np.isfinite(err)]
    usual = float(np.median(told)) if len(told) else _UNKNOWN_ERROR
    return np.where(np.isfinite(err), err, usual) ** 2 + matches.floor**2


def _converge(difference: FloatArray, variance: FloatArray) -> tuple[BoolArray, float]:
    """Return which stars agree on a zero-point, and their intrinsic scatter [mag]."""
    centre = shorth(difference)
    used = np.ones(len(difference), dtype=bool)
    for _ in range(_ROUNDS):
        excess = mad_sigma(difference[used] - centre) ** 2 - np.median(variance[used])
        sigma = np.sqrt(variance + max(excess, _SMALLEST_SIGMA**2))
        before, used = used, np.abs(difference - centre) <= _CLIP * sigma
        centre = float(np.average(difference[used], weights=1 / sigma[used] ** 2))
        if np.array_equal(used, before):
            break
    return used, _intrinsic_scatter(difference[used] - centre, variance[used])


def _intrinsic_scatter(residual: FloatArray, variance: FloatArray) -> float:
    """Return the scatter [mag] that makes Gaussian residuals most likely.

    Bisection on the derivative of the likelihood in the scatter's square.
    """
    squares = residual**2

    def falls(extra: float) -> bool:
        total = variance + extra
        return bool(np.sum((squares - total) / total**2) <= 0)

    low, high = 0.0, float(squares.max())
    if falls(low):
        return 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if falls(middle) else (middle, high)
    return float(np.sqrt(low))


def _colour_term(
    matches: BandMatches,
    known: IndexArray | BoolArray,
    residual: FloatArray,
    used: BoolArray,
    weight: FloatArray,
) -> tuple[float | None, float | None]:
    """Return the slope of residual with colour and its error, prior N(0, 0.1)."""
    if matches.colour is None:
        return None, None
    colour = matches.colour[known][used]
    coloured = np.isfinite(colour)
    if not coloured.any():
        return None, None
    w = weight[coloured]
    x = colour[coloured] - np.average(colour[coloured], weights=w)
    precision = float(np.sum(w * x**2)) + _COLOUR_PRIOR**-2
    slope = float(np.sum(w * x * residual[used][coloured])) / precision
    return slope, precision**-0.5
