"""Colour terms learned from an observer's own frames."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.model import Prior
from services.calibrator.domain.outcome import (
    ZeroPoint,
)
from services.calibrator.domain.robust import intrinsic_scatter

__all__ = ["Learned", "learned_prior", "what_a_frame_says"]

_BETWEEN_NIGHTS = 0.02
_SAYS_NOTHING = 1.0


@dataclass(frozen=True)
class Learned:
    """What one frame alone says about a colour term, and its variance."""

    colour_term: float
    variance: float


def what_a_frame_says(fit: ZeroPoint) -> Learned | None:
    """Return a fit's colour term with the prior taken out, or ``None`` if too vague.

    Precisions of independent Gaussians add up, so the frame's own precision is what
    the fit has beyond the prior.
    """
    if fit.colour_term is None or not fit.colour_term_err:
        return None
    before, after = fit.prior.sigma**-2, fit.colour_term_err**-2
    own = after - before
    if own < _SAYS_NOTHING:
        return None
    term = (after * fit.colour_term - before * fit.prior.mean) / own
    return Learned(term, 1 / own)


def learned_prior(frames: Sequence[Learned]) -> Prior:
    """Return what is known of the next frame's colour term.

    The mean of the frames' terms under the prior N(0, 0.1²), weighted by their errors
    and by their scatter about one another (at least 0.02); the next frame scatters as
    much. Frames that contradict each other teach nothing.
    """
    unlearned = Prior()
    if not frames:
        return unlearned
    terms = np.array([frame.colour_term for frame in frames])
    variances = np.array([frame.variance for frame in frames])
    apart = terms - np.average(terms, weights=1 / variances)
    between = max(intrinsic_scatter(apart, variances), _BETWEEN_NIGHTS)
    weight = 1 / (variances + between**2)
    precision = float(weight.sum()) + unlearned.sigma**-2
    sigma = float(np.sqrt(1 / precision + between**2))
    if sigma >= unlearned.sigma:
        return unlearned
    return Prior(float(weight @ terms) / precision, sigma)
