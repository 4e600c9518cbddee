"""The innermost sums of the fit, in C where ``stack/compile.sh`` built them.

Each has a twin of the same name in numpy, which says what it does and stands in where
nothing was built; the same tests hold both.
"""

from services.calibrator.domain import evidence, mixture, robust, tally
from services.calibrator.domain.compiled.agreement import Sums
from services.calibrator.domain.compiled.fits import Fits
from services.calibrator.domain.compiled.library import LIBRARY

__all__ = [
    "IS_BUILT",
    "agree",
    "biweight_scale",
    "glanced",
    "intrinsic_scatter",
    "log_evidence",
    "tallied",
]

IS_BUILT = LIBRARY is not None

if LIBRARY is None:
    agree = mixture.agree
    biweight_scale = robust.biweight_scale
    intrinsic_scatter = robust.intrinsic_scatter
    log_evidence = evidence.log_evidence
    glanced, tallied = tally.glanced, tally.tallied
else:
    _sums, _fits = Sums(LIBRARY), Fits(LIBRARY)
    agree = _sums.agree
    biweight_scale = _sums.biweight_scale
    intrinsic_scatter = _sums.intrinsic_scatter
    log_evidence = _sums.log_evidence
    glanced, tallied = _fits.glanced, _fits.tallied
