"""What should make an observer look twice at a magnitude, in sentences."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from services.calibrator.domain.learning import what_a_frame_says
from services.calibrator.domain.model import Field, FloatArray
from services.calibrator.domain.outcome import Magnitude, ZeroPoint
from services.calibrator.domain.robust import mad_sigma
from services.calibrator.domain.selection import much_tighter

__all__ = ["about_the_choice", "about_the_image", "about_the_target"]

_SURPRISING = 4.0
_FEWEST_OF_A_HALF = 10
_SMALLEST_STEP = 0.03
_CERTAIN = 5.0
_SMALLEST_RUN = 0.05
_APART = 1.5
_BEYOND_DEPTH = 0.5
_ARCSEC = 3600.0


def about_the_choice(
    best: ZeroPoint, ranking: Sequence[ZeroPoint], fits: Sequence[ZeroPoint]
) -> Iterator[str]:
    """Yield what is odd about the chosen band.

    Parameters
    ----------
    ranking
        The acceptable fits by their scores.
    fits
        All fits, refused ones too.
    """
    own = what_a_frame_says(best)
    if own is not None:
        apart = abs(own.colour_term - best.prior.mean)
        if apart > _SURPRISING * np.hypot(best.prior.sigma, own.variance**0.5):
            yield (
                f"The colour term, {own.colour_term:+.2f} by itself, is not what was "
                f"expected, {best.prior.mean:+.2f}: is {best.matches.band} your filter?"
            )
    first = ranking[0]
    tighter = much_tighter(first, fits)
    if tighter is not None:
        yield (
            f"{tighter.matches.name} fits {tighter.stars_used} of "
            f"{int(tighter.entered.sum())} stars to {tighter.scatter:.3f} mag, "
            f"{first.matches.name} only to {first.scatter:.3f}: a step in the image, "
            "clouds, saturated or extended stars? Look at the residuals."
        )


def about_the_image(
    best: ZeroPoint, east: FloatArray, north: FloatArray
) -> Iterator[str]:
    """Yield by how much the zero-point runs, and where two halves of the image differ.

    Parameters
    ----------
    east, north
        Of each uploaded star from the target's position [deg], shape (n,).
    """
    if best.gradient is not None:
        across = best.gradient.east * east, best.gradient.north * north
        run = float(np.ptp(across[0]) + np.ptp(across[1]))
        if run > _SMALLEST_RUN:
            yield (
                f"The zero-point runs by {run:.2f} mag over the image, taken as a "
                "plane: is the flat right, or is there a step?"
            )
    for place, side in ((east, "eastern"), (north, "northern")):
        step = _step(best.residual[best.entered], place[best.star[best.entered]])
        if step:
            yield (
                f"Stars of the {side} half are uploaded {abs(step):.2f} mag "
                f"{'fainter' if step < 0 else 'brighter'} than the others: a step in "
                "the image?"
            )


def _step(residual: FloatArray, along: FloatArray) -> float:
    """Return how far the residuals of two halves lie apart, outliers included.

    It is 0 where that is no more than chance or a few hundredths of a magnitude.
    """
    half = along > np.median(along)
    parts = residual[half], residual[~half]
    if min(map(len, parts)) < _FEWEST_OF_A_HALF:
        return 0.0
    step = float(np.median(parts[0]) - np.median(parts[1]))
    error = math.hypot(*map(_median_error, parts))
    return step if abs(step) > max(_SMALLEST_STEP, _CERTAIN * error) else 0.0


def _median_error(values: FloatArray) -> float:
    """Return the standard error of a median: 1.25 times that of the mean."""
    return 1.2533 * mad_sigma(values - np.median(values)) / math.sqrt(len(values))


def about_the_target(
    field: Field, target: int, distance: FloatArray, magnitude: Magnitude
) -> Iterator[str]:
    """Yield what is odd about the uploaded star that was taken for the target.

    Parameters
    ----------
    distance
        Of each uploaded star from the target's position [deg], shape (n,).
    """
    near = int((distance * _ARCSEC <= field.radius).sum())
    if near > 1:
        yield f"{near} stars of the file are at the target: the nearest is taken."
    away = float(distance[target]) * _ARCSEC
    if away > _APART:
        yield f"The star taken for the target lies {away:.1f} arcsec from its position."
    if magnitude.error == 0:
        yield "The uploaded error of the target is 0: how sure it is nobody knows."
    depth = magnitude.depth
    if depth is not None and magnitude.value > depth + _BEYOND_DEPTH:
        beyond = magnitude.value - depth
        yield f"The target is {beyond:.1f} mag beyond the depth: is it a detection?"
