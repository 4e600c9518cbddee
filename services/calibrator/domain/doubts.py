"""What should make an observer look twice at a magnitude, in sentences."""

from collections.abc import Iterator, Sequence

import numpy as np

from services.calibrator.domain.learning import what_a_frame_says
from services.calibrator.domain.model import Field, FloatArray
from services.calibrator.domain.outcome import Magnitude, ZeroPoint
from services.calibrator.domain.selection import much_tighter

__all__ = ["about_the_choice", "about_the_target"]

_SURPRISING = 4.0
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
