"""What a star has of its own in all frames of one telescope."""

import numpy as np

from services.calibrator.domain.network.survey import Survey
from services.calibrator.domain.network.table import Table
from shared.kernel.arrays import FloatArray, SingleArray

__all__ = ["lasting_offsets"]

_NO_OFFSET = 0.002
_STARS_BEFORE = 4.0
_OWN_SHARE = 0.9


def lasting_offsets(
    table: Table, residual: SingleArray, weight: SingleArray, survey: Survey
) -> FloatArray:
    """Return by how much stars lastingly differ in one telescope [mag], shape (o,).

    A flat field, neighbours in a wider circle, a second-order colour: what a star has
    of its own in all frames of a setup. The target has it too, and no comparison star
    can tell how much. The mean of squares beyond what the noise explains, under a
    prior of 2 mmag; what the star's magnitude took up of it is given back.
    """
    of_setup = table.per_setup_of_stars(weight)
    of_star = np.maximum(of_setup.sum(axis=0) + survey.weight, 1e-9)
    apart = table.per_setup_of_stars(weight * residual)
    told = of_setup > 0
    safe = np.where(told, of_setup, 1.0)
    left = 1 - np.minimum(of_setup / of_star, _OWN_SHARE)
    square = (apart / safe) ** 2 / left
    trust = np.where(told, left**2 / (_NO_OFFSET**2 + 1 / safe) ** 2, 0.0)
    before = _STARS_BEFORE / _NO_OFFSET**4
    excess = (trust * (square - 1 / safe)).sum(axis=1) + before * _NO_OFFSET**2
    lasting = np.maximum(excess / (trust.sum(axis=1) + before), 0.0)
    offsets: FloatArray = np.sqrt(lasting)
    return offsets
