"""The innermost sums of the fit, in C where ``stack/compile.sh`` built them.

Each has a twin of the same name in numpy, which says what it does and stands in where
nothing was built; the same tests hold both.
"""

from collections.abc import Callable, Sequence
from functools import partial

from services.calibrator.domain import common, compared, tally
from services.calibrator.domain import fitted as twin_fits
from services.calibrator.domain import samples as twin_samples
from services.calibrator.domain import shuffles as twin_shuffles
from services.calibrator.domain.compiled.bands import Bands
from services.calibrator.domain.compiled.fits import Fits
from services.calibrator.domain.compiled.library import LIBRARY
from services.calibrator.domain.compiled.samples import Samples
from services.calibrator.domain.compiled.shuffles import Shuffles
from services.calibrator.domain.model import Prior

__all__ = [
    "IS_BUILT",
    "as_good",
    "compare",
    "evidence_in_common",
    "fitted",
    "glanced",
    "samples_of",
    "tallied",
]

IS_BUILT = LIBRARY is not None

samples_of: Callable[
    [Sequence[tuple[compared.Compared, Prior]], int], twin_samples.Samples
]

if LIBRARY is None:
    compare = compared.compare
    fitted = twin_fits.fitted
    evidence_in_common = common.evidence_in_common
    glanced, tallied = tally.glanced, tally.tallied
    as_good = twin_shuffles.as_good
    samples_of = twin_samples.Samples
else:
    _bands, _fits = Bands(LIBRARY), Fits(LIBRARY)
    compare, fitted = _bands.compare, _bands.fitted
    evidence_in_common = _bands.evidence_in_common
    glanced, tallied = _fits.glanced, _fits.tallied
    as_good = Shuffles(LIBRARY).as_good
    samples_of = partial(Samples, LIBRARY)
