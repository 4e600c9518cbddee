"""The target's colour as its telescopes' disagreement tells it.

Telescopes whose colour terms differ see a target of another colour than the stars'
apart from one another, by the difference of their terms for each magnitude of colour.
Where their points overlap in time that tells the colour, without any other band.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from shared.kernel.arrays import FloatArray, IndexArray

__all__ = ["Seen", "colour_between"]

_MOST = 100
_AMPLITUDES = (0.03, 0.1, 0.3, 1.0)
_SCALES = (0.1, 1.0, 10.0, 100.0)
_LEVEL = 10.0
_COLOUR_WALK, _LEAST_COLOUR_WALK = 0.4, 0.15


@dataclass(frozen=True)
class Seen:
    """The target's points as if it had the stars' mean colour; arrays of shape (n,).

    Attributes
    ----------
    mjd, mag, err
        Times [d], magnitudes and errors [mag], without what its colour adds.
    setup, term, lasting
        Whose each is, that telescope's colour term, and what lastingly sets it off.
    """

    mjd: FloatArray
    mag: FloatArray
    err: FloatArray
    setup: IndexArray
    term: FloatArray
    lasting: FloatArray


def colour_between(
    seen: Seen, mjd: FloatArray, prior: float
) -> tuple[FloatArray, FloatArray]:
    """Return the colour above the stars' mean at some times and its error [mag].

    The light curve is a damped random walk (Kelly, Bechtold & Siemiginowska 2009,
    ApJ 698, 895) of the most probable of sixteen amplitudes and time scales; the colour
    is a level and a walk of 0.4 of that amplitude, 0.15 mag at least, and the same
    scale. Both are found
    by generalised least squares.

    Parameters
    ----------
    prior
        Standard deviation of targets' colours about the stars' mean [mag].
    """
    part = _spread_out(seen)
    if len(np.unique(part.setup)) < 2:  # noqa: PLR2004 - a pair disagrees
        return np.zeros(len(mjd)), np.full(len(mjd), prior)
    same = np.equal.outer(part.setup, part.setup)
    noise = np.where(same, np.outer(part.lasting, part.lasting), 0.0)
    noise += np.diag(part.err**2) + _LEVEL**2
    mag = part.mag - np.median(part.mag)
    walks = [
        _walked(part, mag, noise, amplitude, scale, prior=prior)
        for amplitude in _AMPLITUDES
        for scale in _SCALES
    ]
    _, factor, amplitude, scale = max(walks, key=lambda one: one[0])
    away = np.exp(-np.abs(mjd[:, None] - part.mjd) / scale)
    wanders = _wanders(amplitude)
    shared = -part.term * (prior**2 - wanders + wanders * away)
    white = solve_triangular(factor, np.vstack([mag, shared]).T, lower=True)
    colour: FloatArray = white[:, 1:].T @ white[:, 0]
    known = np.einsum("nf,nf->f", white[:, 1:], white[:, 1:])
    return colour, np.sqrt(np.maximum(prior**2 - known, 0.0))


def _wanders(amplitude: float) -> float:
    """Return the variance of a colour about its level [mag²]."""
    return max(_COLOUR_WALK * amplitude, _LEAST_COLOUR_WALK) ** 2


def _walked(
    part: Seen,
    mag: FloatArray,
    noise: FloatArray,
    amplitude: float,
    scale: float,
    *,
    prior: float,
) -> tuple[float, FloatArray, float, float]:
    """Return the log likelihood of a walk, the factor of its covariance, the walk."""
    walk = np.exp(-np.abs(part.mjd[:, None] - part.mjd) / scale)
    wanders = _wanders(amplitude)
    colour = prior**2 - wanders + wanders * walk
    both = amplitude**2 * walk + colour * np.outer(part.term, part.term)
    factor = np.linalg.cholesky(noise + both).astype(np.float64)
    white = solve_triangular(factor, mag, lower=True)
    spread = float(np.log(factor.diagonal()).sum())
    return -0.5 * float(white @ white) - spread, factor, amplitude, scale


def _spread_out(seen: Seen) -> Seen:
    """Return so many of the points as are worth their cost, evenly in time."""
    order = np.argsort(seen.mjd, kind="stable")
    if len(order) > _MOST:
        order = order[np.linspace(0, len(order) - 1, _MOST).astype(np.intp)]
    return Seen(
        seen.mjd[order],
        seen.mag[order],
        seen.err[order],
        seen.setup[order],
        seen.term[order],
        seen.lasting[order],
    )
