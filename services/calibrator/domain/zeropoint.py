"""The zero-point of one survey and band: reference = instrumental + zero-point."""

import numpy as np

from services.calibrator.domain.mixture import agree
from services.calibrator.domain.model import (
    BandMatches,
    BoolArray,
    FloatArray,
    ZeroPoint,
)
from services.calibrator.domain.robust import biweight_scale

__all__ = ["fit_zeropoint"]

_EVEN = 0.5
_BISECTIONS = 20
_SMALLEST_ERROR = 0.003
_UNKNOWN_ERROR = 0.05
_COLOUR_PRIOR = 0.1


def fit_zeropoint(
    mag: FloatArray, mag_err: FloatArray, matches: BandMatches, among: BoolArray
) -> ZeroPoint | None:
    """Return the zero-point of a band, or ``None`` where it has no star.

    Slope 1, at the mean colour of the stars. A star takes part when it is more
    probably good than wrong.

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
    colour, has_colour = _centred_colour(matches, known)
    found = agree(difference, variance, colour, _COLOUR_PRIOR)
    residual = difference - found.centre
    used = found.good >= _EVEN
    agreeing = residual[used]
    return ZeroPoint(
        matches=matches,
        zero_point=found.centre,
        error=found.centre_err,
        scatter=biweight_scale(agreeing) if len(agreeing) else np.inf,
        intrinsic=_intrinsic_scatter(agreeing, variance[used]),
        colour_term=found.slope if has_colour else None,
        colour_term_err=found.slope_err if has_colour else None,
        star=star,
        residual=residual,
        used=used,
    )


def _reference_variance(matches: BandMatches, known: BoolArray) -> FloatArray:
    """Return the variances; a star without an error gets that of its fellows."""
    err = matches.mag_err[known]
    told = err[np.isfinite(err)]
    usual = float(np.median(told)) if len(told) else _UNKNOWN_ERROR
    floor = max(matches.floor, _SMALLEST_ERROR)
    return np.where(np.isfinite(err), err, usual) ** 2 + floor**2


def _centred_colour(matches: BandMatches, known: BoolArray) -> tuple[FloatArray, bool]:
    """Return colours from their mean, 0 where not known, and whether any is."""
    none = np.zeros(int(known.sum()))
    if matches.colour is None:
        return none, False
    colour = matches.colour[known]
    told = np.isfinite(colour)
    if not told.any():
        return none, False
    return np.where(told, colour - colour[told].mean(), 0.0), True


def _intrinsic_scatter(residual: FloatArray, variance: FloatArray) -> float:
    """Return the scatter [mag] that makes Gaussian residuals most likely.

    Bisection on the derivative of the likelihood in the scatter's square.
    """
    squares = residual**2

    def falls(extra: float) -> bool:
        total = variance + extra
        return bool(np.sum((squares - total) / total**2) <= 0)

    low, high = 0.0, float(squares.max(initial=0.0))
    if falls(low):
        return 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if falls(middle) else (middle, high)
    return float(np.sqrt(low))
