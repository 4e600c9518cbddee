"""Solve a network. Read this first.

All frames of a target in one band are solved at once, with the survey as the prior of
the stars. The same frames give the same light curve, whatever was there before.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from services.calibrator.domain.network.equations import (
    Unknowns,
    carried_by,
    leverage,
    nothing_known,
    residuals,
    solved,
    zero_point_variance,
)
from services.calibrator.domain.network.lasting import lasting_offsets
from services.calibrator.domain.network.noise import (
    Noise,
    doubted,
    first_noise,
    relearned,
)
from services.calibrator.domain.network.restart import restarted
from services.calibrator.domain.network.start import first_terms
from services.calibrator.domain.network.survey import Survey, first_survey, resurveyed
from services.calibrator.domain.network.table import Table, medians
from shared.kernel.arrays import FloatArray, SingleArray

__all__ = ["Network", "solve_network"]

_OWN_TERM, _COMMON_TERM = 0.1, 0.2
_UNSETTLED = (0.1, 0.05, 0.02)
_SETTLED = 2e-4
_MOST_ROUNDS = 25


@dataclass(frozen=True)
class Network:
    """A solved network: unknowns, noise, and what became of each measurement.

    Attributes
    ----------
    residual
        Measured and calibrated less the star's magnitude [mag], shape (f, s).
    square
        Squared residuals over their variance, about 1, shape (f, s).
    trust
        Probability that each is a measurement of its star, 0 where there is none.
    """

    table: Table
    found: Unknowns
    noise: Noise
    survey: Survey
    residual: SingleArray
    square: SingleArray
    trust: SingleArray

    @cached_property
    def weight(self) -> SingleArray:
        """Of each measurement [mag⁻²], shape (f, s)."""
        weight: SingleArray = self.trust / self.noise.of(self.table, self.found.term)
        return weight

    @cached_property
    def carried(self) -> tuple[FloatArray, FloatArray]:
        """Variance of each frame's zero-point, and its covariance with its term.

        Shapes (f,) [mag²] and (f,) [mag].
        """
        carried, slope = carried_by(self.table, self.found)
        return zero_point_variance(self.found, carried, slope), slope

    @cached_property
    def lasting(self) -> FloatArray:
        """By what stars lastingly differ in each telescope [mag], shape (o,)."""
        return lasting_offsets(self.table, self.residual, self.weight, self.survey)

    @cached_property
    def term_err(self) -> FloatArray:
        """Error of each setup's colour term, shape (o,)."""
        stars = len(self.found.star)
        return np.sqrt(self.found.covariance.diagonal()[stars:])

    @property
    def zero_point(self) -> FloatArray:
        """Of each frame, at the stars' mean colour [mag], shape (f,)."""
        zero_point: FloatArray = self.found.shift - self.table.level
        return zero_point


def solve_network(table: Table) -> Network:
    """Return the network of a table of at least one frame and star.

    Weights, noise and unknowns are found in turn, as in expectation maximisation,
    until no zero-point moves by 0.2 mmag. The first rounds add noise and learn none, so
    that nothing is rejected for what the start does not know yet.
    """
    noise, found = first_noise(table), _start(table)
    survey = first_survey(table, found.star)
    terms = _term_prior(len(table.setups))
    residual = residuals(table, found)
    free = np.ones_like(residual)
    for turn in range(_MOST_ROUNDS):
        settled = turn - len(_UNSETTLED)
        variance = noise.of(table, found.term)
        if settled < 0:
            variance += np.float32(_UNSETTLED[turn] ** 2)
        if settled == 0:
            found, residual = restarted(table, noise, found, residual, variance)
        square = residual**2
        square /= variance * free
        trust = doubted(table, noise, square, variance)
        before = found.shift
        weight = trust / variance
        found = solved(table, found, residual, weight, (survey.weight, terms))
        residual = residuals(table, found)
        if settled >= 0:
            free = 1 - leverage(table, found, weight)
        if settled > 0 and np.abs(found.shift - before).max() < _SETTLED:
            break
        if settled >= -1:
            noise = relearned(table, noise, found.term, residual**2 / free, trust)
            survey = resurveyed(table, survey, found)
    return Network(table, found, noise, survey, residual, square, trust)


def _term_prior(setups: int) -> FloatArray:
    """Return the inverse covariance of colour terms: each its own, and one of all.

    Telescopes are alike: unfiltered ones may all have the same large term.
    """
    covariance = np.full((setups, setups), _COMMON_TERM**2)
    covariance += _OWN_TERM**2 * np.eye(setups)
    inverse: FloatArray = np.linalg.inv(covariance)
    return inverse


def _start(table: Table) -> Unknowns:
    """Return colour terms as the survey shows them, and stars at medians.

    Medians are of their frames, freed from those terms, and of the survey.
    """
    term = first_terms(table)
    seen = table.seen.astype(np.float32)
    single = table.stars.colour.astype(np.float32)
    mean_colour = (seen @ single) / np.maximum(seen.sum(axis=1), 1)
    slope = (single - mean_colour[:, None]) * term.astype(np.float32)[table.setup, None]
    above = np.where(table.seen, table.above + slope, np.float32(np.nan))
    with_survey = np.concatenate([above, np.zeros((1, above.shape[1]), np.float32)])
    return replace(nothing_known(table), star=medians(with_survey), term=term)
