"""Stars that agree closely with one another where most others agree with nothing.

Saturated or extended stars may be the most of an image. Then a wide scatter about a
zero-point between them all explains every star, and no star looks wrong.
"""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.compiled import tallied
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.robust import gaussian
from services.calibrator.domain.tally import Told
from shared.kernel.median import median

__all__ = ["Core", "core_of"]

_FEWEST = 10
_MOST = 400
_SHARE = 0.25
_MUCH_TIGHTER = 3.0
_CONVINCING = 15.0
_APART = 3.0


@dataclass(frozen=True)
class Core:
    """How many stars agree with one another, and how closely [mag]."""

    stars: int
    scatter: float


def core_of(fit: ZeroPoint) -> Core | None:
    """Return the core of a fit's stars that is far more probable than the fit.

    The core's own scatter is less than a third of the fit's, and its zero-point is
    another one, by three errors.
    """
    used = np.flatnonzero(fit.used)
    if len(used) < _FEWEST:
        return None
    some = used[:: max(1, len(used) // _MOST)]
    residual, variance = fit.residual[some], fit.variance[some]
    told = Told(
        difference=residual[None],
        variance=variance[None],
        colour=fit.colour[some][None],
        known=np.ones((1, len(some)), dtype=bool),
        usual=np.array([fit.colour_term or 0.0]),
        steepest=np.array([fit.colour_term_err or fit.prior.sigma]),
    )
    tally = tallied(told, np.zeros((1, 0, len(some))), _SHARE)
    good = int((tally.good[0] > 1 / 2).sum())
    apart = abs(float(tally.coefficients[0, 0])) > _APART * fit.zero_point_err
    width = float(np.hypot(tally.scatter[0], np.sqrt(median(variance))))
    tight = _MUCH_TIGHTER * width < fit.scatter
    close = gaussian(tally.residual[0], variance + tally.scatter[0] ** 2)
    wrong = 1 - tally.good[0].mean()
    either = (1 - wrong) * close + wrong / max(float(np.ptp(residual)), width)
    spread = gaussian(residual, variance + fit.intrinsic_scatter**2)
    probable = float(np.log(either / spread).sum()) > _CONVINCING
    if not (tight and probable and apart and good >= _FEWEST):
        return None
    return Core(round(good * len(used) / len(some)), width)
