"""The innermost sums of the fit: compiled where ``build.sh`` could, else in numpy.

Each has a twin of the same name in numpy, which says what it does and which the same
tests hold.
"""

from services.calibrator.domain import evidence, mixture, robust
from services.calibrator.domain.compiled.kernel import built

__all__ = ["IS_BUILT", "agree", "intrinsic_scatter", "log_evidence"]

_kernel = built()

IS_BUILT = _kernel is not None
agree = mixture.agree if _kernel is None else _kernel.agree
intrinsic_scatter = (
    robust.intrinsic_scatter if _kernel is None else _kernel.intrinsic_scatter
)
log_evidence = evidence.log_evidence if _kernel is None else _kernel.log_evidence
