"""How far the survey's magnitudes may be trusted, as the network's stars tell."""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.network.equations import Unknowns
from services.calibrator.domain.network.table import Table
from services.calibrator.domain.robust import mad_sigma
from shared.kernel.arrays import FloatArray

__all__ = ["Survey", "first_survey", "resurveyed"]

_FIRST_SCATTER = 0.02
_SCATTER_PRIOR = 0.01
_STARS_BEFORE = 4.0
_WRONG, _WRONG_BY = 0.05, 0.5
_HIGHEST = 0.95


@dataclass(frozen=True)
class Survey:
    """The survey as prior of the stars.

    Attributes
    ----------
    scatter
        Of its magnitudes beyond their errors [mag].
    trust
        Probability that each is the star's magnitude, shape (s,).
    weight
        Of each as a prior [mag⁻²], shape (s,).
    """

    scatter: float
    trust: FloatArray
    weight: FloatArray


def first_survey(table: Table, star: FloatArray) -> Survey:
    """Return the survey as the stars' first magnitudes show it.

    Parameters
    ----------
    star
        By what each star's frames have it fainter than the survey [mag], shape (s,).
    """
    scatter = max(_FIRST_SCATTER, mad_sigma(star))
    return _trusted(star**2, table.stars.reference_var, scatter**2)


def resurveyed(table: Table, survey: Survey, found: Unknowns) -> Survey:
    """Return the survey as the stars' magnitudes show it.

    As for the frames: what is left of its differences once the fit took its part.
    """
    own = found.covariance.diagonal()[: len(found.star)]
    free = 1 - np.minimum(survey.weight * own, _HIGHEST)
    apart = found.star**2 / free
    told = table.stars.reference_var
    weight = survey.trust / (told + survey.scatter**2) ** 2
    before = _STARS_BEFORE / (np.median(told) + survey.scatter**2) ** 2
    scatter = weight @ (apart - told) + before * _SCATTER_PRIOR**2
    scatter = max(float(scatter / (weight.sum() + before)), 1e-6)
    return _trusted(apart, told, scatter)


def _trusted(apart: FloatArray, told: FloatArray, scatter: float) -> Survey:
    """Return a survey of a scatter [mag²], given squared differences [mag²]."""
    variance = told + scatter
    narrow = variance / (variance + _WRONG_BY**2)
    tail = np.exp(np.minimum(0.5 * apart / variance * (1 - narrow), 60.0))
    trust = 1 / (1 + _WRONG / (1 - _WRONG) * np.sqrt(narrow) * tail)
    return Survey(float(np.sqrt(scatter)), trust, trust / variance)
