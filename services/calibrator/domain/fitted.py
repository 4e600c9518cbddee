"""The fit of one band's zero-point to the stars that may take part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.mixture import Agreement, agree
from services.calibrator.domain.model import FloatArray, IndexArray, Prior, Verdict
from services.calibrator.domain.robust import biweight_scale, intrinsic_scatter

__all__ = ["EVEN", "Fitted", "Flat", "fitted"]

EVEN = 0.5
"""A star that is less probably good is an outlier."""


@dataclass(frozen=True)
class Fitted:
    """What stars agree on, and how they lie about it; arrays of shape (m,).

    Attributes
    ----------
    found
        What those agree on that may take part.
    verdict, residual
        Of each star, and what the zero-point leaves [mag].
    used
        How many took part.
    scatter, intrinsic_scatter, colour_spread
        Of the stars that took part: their biweight scale, the scatter that errors
        leave over, the standard deviation of their colours [mag].
    """

    found: Agreement
    verdict: IndexArray
    residual: FloatArray
    used: int
    scatter: float
    intrinsic_scatter: float
    colour_spread: float


class Flat(NamedTuple):
    """The stars of a band, of which at least one may take part, without the run.

    Attributes
    ----------
    band
        The uploaded stars beside those of the band.
    difference
        Reference − instrumental [mag], less what runs over the image, shape (m,).
    prior
        What is known of the colour term.
    """

    band: Compared
    difference: FloatArray
    prior: Prior


def fitted(bands: Sequence[Flat]) -> list[Fitted]:
    """Return the fit to each band."""
    return [_fitted(*one) for one in bands]


def _fitted(band: Compared, difference: FloatArray, prior: Prior) -> Fitted:
    entered = band.entered
    found = agree(
        difference[entered], band.variance[entered], band.colour[entered], prior
    )
    verdict = band.verdict.copy()
    verdict[entered[found.good < EVEN]] = Verdict.OUTLIER
    used = verdict == Verdict.TOOK_PART
    residual = difference - found.centre
    return Fitted(
        found,
        verdict,
        residual,
        used=int(np.count_nonzero(used)),
        scatter=biweight_scale(residual[used]) if used.any() else np.inf,
        intrinsic_scatter=intrinsic_scatter(residual[used], band.variance[used]),
        colour_spread=float(np.std(band.colour[used])) if used.any() else 0.0,
    )
