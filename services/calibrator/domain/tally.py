"""How probable the stars of many bands are, given columns that explain them.

A quick, robust fit of all bands at once: each star is good, scattered about the columns
by its error and a scatter that all share, or wrong, anywhere within three magnitudes.
Unlike the fit that gives the zero-point (``mixture``) it settles on one hypothesis: it
compares shapes of an image, it calibrates nothing.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from services.calibrator.domain.model import BoolArray, FloatArray, IndexArray
from services.calibrator.domain.robust import gaussian, mad_sigma
from services.calibrator.domain.rules import TALLY_RULES

__all__ = ["Glance", "Tally", "Told", "evened", "glanced", "tallied"]

_HALF = 0.5
_HARDLY = 1e-6


@dataclass(frozen=True)
class Told:
    """What bands say of an image's stars, shape (b, n).

    Attributes
    ----------
    difference, variance
        Reference − instrumental [mag] and the square of its error.
    colour
        From the mean of the band's stars [mag].
    known
        Which stars the band has; of others the numbers mean nothing.
    usual, steepest
        Mean and sigma of the colour term's prior, shape (b,).
    """

    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    known: BoolArray
    usual: FloatArray
    steepest: FloatArray

    def of_bands(self, bands: IndexArray) -> "Told":
        """Return what some bands say, by their indices."""
        return Told(*(each[bands] for each in vars(self).values()))


@dataclass(frozen=True)
class Tally:
    """A fit to each band.

    Attributes
    ----------
    coefficients, covariance
        The centre, the colour term and those of the columns (b, k), and (b, k, k).
    likelihood
        Its logarithm, as if each band had as many stars as the fullest, shape (b,).
    residual
        Difference less all that explains it [mag], shape (b, n).
    scatter
        That all stars share besides their errors [mag], shape (b,).
    good
        Probability of each star to be good, shape (b, n).
    """

    coefficients: FloatArray
    covariance: FloatArray
    likelihood: FloatArray
    residual: FloatArray
    scatter: FloatArray
    good: FloatArray


class Glance(NamedTuple):
    """What is left of the bands' stars at a glance.

    Attributes
    ----------
    residual
        Of each star, 0 where a band has it not, shape (b, n) [mag].
    scatter
        Of the half of each band's stars that stand closest, shape (b,) [mag].
    """

    residual: FloatArray
    scatter: FloatArray


def tallied(told: Told, columns: FloatArray, share: float = 0.5) -> Tally:
    """Return the fit of a centre, a colour term and columns (b, k, n) to each band.

    It begins with the share of the stars that stand closest together.
    """
    base = [np.ones_like(told.colour), told.colour]
    design = np.concatenate([np.stack(base, axis=1), columns], axis=1)
    at = _begun(told, design)
    centre, scatter = _closest(_less(told.difference, design, at), told.known, share)
    at[:, 0] += centre
    wrong = np.full(len(at), TALLY_RULES.wrong)
    for _ in range(TALLY_RULES.rounds):
        good, _ = _judged(told, _less(told.difference, design, at), scatter, wrong)
        weight = good / (told.variance + scatter[:, None] ** 2)
        at, _ = _solved(told, design, told.difference, weight)
        scatter, wrong = _spread(told, _less(told.difference, design, at), good)
    residual = np.where(told.known, _less(told.difference, design, at), 0.0)
    good, likelihood = _judged(told, residual, scatter, wrong)
    weight = good / (told.variance + scatter[:, None] ** 2)
    _, covariance = _solved(told, design, told.difference, weight)
    return evened(Tally(at, covariance, likelihood, residual, scatter, good), told)


def evened(tally: Tally, told: Told) -> Tally:
    """Return a tally with likelihoods as if each band had as many stars."""
    stars = told.known.sum(axis=1)
    return replace(tally, likelihood=tally.likelihood * (stars.max() / stars))


def glanced(told: Told) -> Glance:
    """Return what a clipped least squares of centre and colour leaves."""
    base = np.stack([np.ones_like(told.colour), told.colour], axis=1)
    left = np.where(told.known, _less(told.difference, base, _begun(told, base)), 0.0)
    return Glance(left, _closest(left, told.known, _HALF)[1])


def _begun(told: Told, design: FloatArray) -> FloatArray:
    """Return about the least sum of absolute residuals, which wrong stars hardly move.

    By least squares, each star weighed by its last residual.
    """
    middle, spread = _robust(told)
    residual, at = told.difference - middle, np.zeros((len(design), 0))
    for _ in range(TALLY_RULES.rounds_to_begin):
        weight = told.known / (spread * np.maximum(np.abs(residual), spread / 4))
        at, _ = _solved(told, design, told.difference, weight)
        residual = _less(told.difference, design, at)
    return at


def _robust(told: Told) -> tuple[FloatArray, FloatArray]:
    """Return median and robust sigma of each band, shape (b, 1)."""
    middle, spread = np.zeros((2, len(told.known), 1))
    for band, (row, has) in enumerate(zip(told.difference, told.known, strict=True)):
        middle[band] = np.median(row[has])
        spread[band] = mad_sigma(row[has] - middle[band])
    return middle, np.maximum(spread, TALLY_RULES.smallest_scatter)


def _less(difference: FloatArray, design: FloatArray, at: FloatArray) -> FloatArray:
    left: FloatArray = difference - np.einsum("bk,bkn->bn", at, design)
    return left


def _closest(
    values: FloatArray, known: BoolArray, share: float
) -> tuple[FloatArray, FloatArray]:
    """Return middle and scatter of the stars of each band that stand closest."""
    centre, scatter = np.zeros(len(values)), np.full(len(values), 0.1)
    for band, (row, has) in enumerate(zip(values, known, strict=True)):
        ordered = np.sort(row[has])
        half = int(share * len(ordered))
        if half:
            widths = ordered[half:] - ordered[: len(ordered) - half]
            first = int(np.argmin(widths))
            centre[band] = ordered[first : first + half + 1].mean()
            scatter[band] = max(
                TALLY_RULES.shorth_to_sigma * widths[first],
                TALLY_RULES.smallest_scatter,
            )
    return centre, scatter


def _judged(
    told: Told, residual: FloatArray, scatter: FloatArray, wrong: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the probability of each star to be good, and the bands' likelihoods."""
    variance = told.variance + scatter[:, None] ** 2
    right = (1 - wrong[:, None]) * gaussian(residual, variance)
    either = right + wrong[:, None] / TALLY_RULES.anywhere
    likelihood = np.where(told.known, np.log(either), 0.0).sum(axis=1)
    return np.where(told.known, right / either, 0.0), likelihood


def _solved(
    told: Told, design: FloatArray, goal: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return weighted least squares under the colour term's prior, and covariance."""
    weighed = design * weight[:, None]
    normal = weighed @ design.transpose(0, 2, 1)
    right = (weighed @ goal[..., None])[..., 0]
    normal[:, 1, 1] += told.steepest**-2
    right[:, 1] += told.usual * told.steepest**-2
    diagonal = np.arange(normal.shape[1])
    normal[:, diagonal, diagonal] += _HARDLY  # a column that is nothing stays nothing
    covariance = np.linalg.inv(normal).astype(np.float64)
    return (covariance @ right[..., None])[..., 0], covariance


def _spread(
    told: Told, residual: FloatArray, good: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the scatter beyond the errors, and which part of the stars is wrong."""
    total = np.maximum(good.sum(axis=1), 1.0)
    excess = (good * (residual**2 - told.variance)).sum(axis=1) / total
    stars = np.maximum(told.known.sum(axis=1), 1)
    wrong = np.clip(
        1 - good.sum(axis=1) / stars, TALLY_RULES.fewest_wrong, TALLY_RULES.most_wrong
    )
    return np.sqrt(np.maximum(excess, TALLY_RULES.smallest_scatter**2)), wrong
