"""A linear run of the zero-point over the image, where the stars demand it."""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.model import BoolArray, FloatArray, IndexArray
from services.calibrator.domain.outcome import (
    Gradient,
)

__all__ = ["Slant", "find_slant"]

_FEWEST = 30
_FOLDS = 5
_DEMANDED = 6.0


@dataclass(frozen=True)
class Slant:
    """A gradient [mag/deg], shape (2,), east and north, with its covariance."""

    slope: FloatArray
    covariance: FloatArray

    def at(self, places: FloatArray) -> FloatArray:
        """Return what it adds at places [deg] from the target, shape (n, 2)."""
        added: FloatArray = places @ self.slope
        return added

    def variance(self, arm: FloatArray) -> float:
        """Return how uncertain it makes a zero-point that far away [mag²]."""
        return float(arm @ self.covariance @ arm)

    def told(self) -> Gradient:
        """Return it as a report has it."""
        east, north = self.slope
        errors = np.sqrt(np.diag(self.covariance))
        return Gradient(float(east), float(north), float(errors[0]), float(errors[1]))


def find_slant(
    residual: FloatArray, weight: FloatArray, places: FloatArray, star: IndexArray
) -> Slant | None:
    """Return the gradient of residuals, if it foretells stars that it has not seen.

    The stars are put into five groups; each group is foretold from the others with and
    without a gradient. It is kept when it makes chi-squared smaller by six, which
    scatter alone does in fewer than one image of a hundred.

    Parameters
    ----------
    residual, weight
        Of the good stars [mag] and [mag⁻²], shape (n,).
    places
        East and north from the target [deg], shape (n, 2).
    star
        Running numbers, which decide the groups.
    """
    if len(residual) < _FEWEST:
        return None
    columns = np.column_stack([np.ones(len(residual)), places])
    flat = residual - np.average(residual, weights=weight)
    weight = weight * (len(flat) - 1) / float(weight @ flat**2)
    slope, covariance = _fit(residual, weight, columns)
    along = residual - columns @ slope
    if float(weight @ (flat**2 - along**2)) < _DEMANDED:
        return None
    gain = sum(
        _gain(residual, weight, columns, star % _FOLDS != fold)
        for fold in range(_FOLDS)
    )
    return Slant(slope[1:], covariance[1:, 1:]) if gain >= _DEMANDED else None


def _gain(
    residual: FloatArray, weight: FloatArray, columns: FloatArray, seen: BoolArray
) -> float:
    """Return by how much a gradient foretells the unseen stars better (chi-squared)."""
    if seen.all():
        return 0.0
    level = np.average(residual[seen], weights=weight[seen])
    slope, _ = _fit(residual[seen], weight[seen], columns[seen])
    without = (residual[~seen] - level) ** 2
    along = (residual[~seen] - columns[~seen] @ slope) ** 2
    return float(weight[~seen] @ (without - along))


def _fit(
    residual: FloatArray, weight: FloatArray, columns: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return weighted least squares coefficients and their covariance."""
    weighed = columns * weight[:, None]
    normal = columns.T @ weighed
    inverse = np.linalg.pinv(normal, hermitian=True).astype(np.float64)
    return inverse @ (weighed.T @ residual), inverse
