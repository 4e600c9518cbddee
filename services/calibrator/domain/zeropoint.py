"""Zero-points, one for each survey and band: reference = instrumental + zero-point."""

from collections.abc import Sequence

from services.calibrator.domain.compared import Compared
from services.calibrator.domain.compiled import fitted
from services.calibrator.domain.fitted import Fitted, Flat
from services.calibrator.domain.model import FloatArray, Prior
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.run import Run

__all__ = ["fit_zeropoints"]


def fit_zeropoints(
    bands: Sequence[tuple[Compared, Prior]], run: Run | None
) -> list[ZeroPoint]:
    """Return the zero-points of the bands of which any star may take part.

    Slope 1, at the mean colour of the stars, at the target. A star takes part when it
    is more probably good than wrong.

    Parameters
    ----------
    bands
        The uploaded stars beside those of each band, and what is known of its colour
        term.
    run
        Of the zero-point over the image; it is taken off.
    """
    flat = [
        Flat(band, _without(run, band), prior)
        for band, prior in bands
        if band.stars_entered
    ]
    fits = zip(flat, fitted(flat), strict=True)
    return [_zero_point(one.band, one.prior, fit, run) for one, fit in fits]


def _without(run: Run | None, band: Compared) -> FloatArray:
    return band.difference if run is None else band.difference - run.added[band.star]


def _zero_point(
    band: Compared, prior: Prior, fit: Fitted, run: Run | None
) -> ZeroPoint:
    found = fit.found
    if run is not None:
        entered = band.entered
        weight = found.good / (band.variance[entered] + found.scatter**2)
        found = found.widened(run.variance(band.star[entered], weight))
    coloured = band.mean_colour is not None
    return ZeroPoint(
        matches=band.matches,
        zero_point=found.centre,
        zero_point_err=found.centre_err,
        scatter=fit.scatter,
        intrinsic_scatter=fit.intrinsic_scatter,
        expected_scatter=found.scatter,
        colour_spread=fit.colour_spread,
        colour_term=found.slope if coloured else None,
        colour_term_err=found.slope_err if coloured else None,
        mean_colour=band.mean_colour,
        prior=prior,
        star=band.star,
        residual=fit.residual,
        variance=band.variance,
        colour=band.colour,
        verdict=fit.verdict,
        stars_used=fit.used,
        stars_entered=band.stars_entered,
    )
