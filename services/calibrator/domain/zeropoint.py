"""The zero-point of one survey and band: reference = instrumental + zero-point."""

import numpy as np

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.compiled import (
    agree,
    biweight_scale,
    intrinsic_scatter,
)
from services.calibrator.domain.model import Prior, Verdict
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.run import Run

__all__ = ["fit_zeropoint"]

_EVEN = 0.5


def fit_zeropoint(band: Compared, prior: Prior, run: Run | None) -> ZeroPoint | None:
    """Return the zero-point of a band, or ``None`` where no star may take part.

    Slope 1, at the mean colour of the stars, at the target. A star takes part when it
    is more probably good than wrong.

    Parameters
    ----------
    band
        The uploaded stars beside those of the band.
    prior
        What is known of the colour term.
    run
        Of the zero-point over the image; it is taken off.
    """
    entered = band.entered
    if not len(entered):
        return None
    flat = band.difference if run is None else band.difference - run.added[band.star]
    found = agree(flat[entered], band.variance[entered], band.colour[entered], prior)
    verdict = band.verdict.copy()
    verdict[entered[found.good < _EVEN]] = Verdict.OUTLIER
    used = verdict == Verdict.TOOK_PART
    if run is not None:
        weight = found.good / (band.variance[entered] + found.scatter**2)
        found = found.widened(run.variance(band.star[entered], weight))
    residual = flat - found.centre
    coloured = band.mean_colour is not None
    return ZeroPoint(
        matches=band.matches,
        zero_point=found.centre,
        zero_point_err=found.centre_err,
        scatter=biweight_scale(residual[used]) if used.any() else np.inf,
        intrinsic_scatter=intrinsic_scatter(residual[used], band.variance[used]),
        expected_scatter=found.scatter,
        colour_spread=float(np.std(band.colour[used])) if used.any() else 0.0,
        colour_term=found.slope if coloured else None,
        colour_term_err=found.slope_err if coloured else None,
        mean_colour=band.mean_colour,
        prior=prior,
        star=band.star,
        residual=residual,
        variance=band.variance,
        colour=band.colour,
        verdict=verdict,
    )
