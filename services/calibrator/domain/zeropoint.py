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
    intrinsic = mad_sigma(difference - centre)
    for _ in range(_ROUNDS):
        sigma = np.sqrt(variance + intrinsic**2 + _SMALLEST_SIGMA**2)
        before, used = used, np.abs(difference - centre) <= _CLIP * sigma
        weight = 1 / sigma[used] ** 2
        centre = float(np.average(difference[used], weights=weight))
        intrinsic = _intrinsic_scatter(difference[used] - centre, variance[used])
        if np.array_equal(used, before):
            break
    return used, intrinsic


def _intrinsic_scatter(residual: FloatArray, variance: FloatArray) -> float:
    """Return the scatter [mag] that makes the residuals most likely.

    Maximises the Gaussian likelihood by bisection on its derivative in the variance.
    """

    def slope(extra: float) -> float:
        total = variance + extra
        return float(np.sum(residual**2 / total**2 - 1 / total))

    low, high = 0.0, float(np.max(residual**2))
    if high == 0 or slope(low) <= 0:
        return 0.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
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
