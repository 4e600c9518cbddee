"""Stars, colour terms and zero-points at once, for given weights.

A frame's measurement of a star is

    instrumental + zero-point(frame) + colour term(setup) · colour = magnitude(star)

with the survey's magnitude as the star's prior, and nothing as that of colour terms.
Zero-points are eliminated frame by frame, so that only stars and colour terms stand in
the matrix (as in Padmanabhan et al. 2008, ApJ 674, 1217, and Schlafly et al. 2012,
ApJ 756, 158). Tables of frames by stars are float32: what is solved for are changes,
and small.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.blas import ssyrk
from scipy.linalg.lapack import dpotrf, dpotri

from services.calibrator.domain.network.table import Table
from shared.kernel.arrays import FloatArray, SingleArray

__all__ = [
    "Unknowns",
    "carried_by",
    "leverage",
    "nothing_known",
    "residuals",
    "solved",
    "zero_point_variance",
]

_LARGEST = 0.95
_NO_WEIGHT = 1e-6


@dataclass(frozen=True)
class Unknowns:
    """The unknowns of a network and how well they are known.

    Attributes
    ----------
    star
        Magnitude of each star above the survey's [mag], shape (s,).
    term
        Colour term of each setup, shape (o,).
    shift
        What is added to each frame's first zero-point [mag], shape (f,).
    covariance
        Of ``star`` and ``term``, shape (s + o, s + o).
    share
        Weight of each star in each frame's zero-point, shape (f, s).
    mean_colour
        Of each frame's stars so weighted, from the mean of all [mag], shape (f,).
    weight
        Of each frame's stars together [mag⁻²], shape (f,).
    """

    star: FloatArray
    term: FloatArray
    shift: FloatArray
    covariance: FloatArray
    share: SingleArray
    mean_colour: FloatArray
    weight: FloatArray


def nothing_known(table: Table) -> Unknowns:
    """Return the survey's magnitudes, no colour terms, and the first zero-points."""
    frames, stars = table.above.shape
    setups = len(table.setups)
    return Unknowns(
        np.zeros(stars),
        np.zeros(setups),
        np.zeros(frames),
        np.zeros((stars + setups, stars + setups)),
        np.zeros_like(table.above),
        np.zeros(frames),
        np.ones(frames),
    )


def solved(
    table: Table,
    before: Unknowns,
    residual: SingleArray,
    weight: SingleArray,
    priors: tuple[FloatArray, FloatArray],
) -> Unknowns:
    """Return the unknowns of least squares.

    Parameters
    ----------
    before
        About which the residuals were taken.
    residual
        As ``residuals`` gives them [mag], shape (f, s).
    weight
        Of each measurement [mag⁻²], 0 where there is none, shape (f, s).
    priors
        Weights of each star's survey magnitude, shape (s,), and the inverse covariance
        of colour terms about none, shape (o, o).
    """
    many, single = len(before.star), table.stars.colour.astype(np.float32)
    total = np.maximum(weight.sum(axis=1), _NO_WEIGHT).astype(np.float64)
    share = weight / total[:, None].astype(np.float32)
    mean_colour = (share @ single).astype(np.float64)
    weighted = weight * residual
    apart = weighted.sum(axis=1) / total
    coloured = _coloured(table, weight, total, mean_colour)
    covariance = _inverse(_matrix(_joint(weight, total), *coloured, priors))
    star_prior, term_prior = priors
    of_stars = (weighted - weight * apart[:, None].astype(np.float32)).sum(axis=0)
    of_terms = table.per_setup(total * apart * mean_colour - weighted @ single)
    right = np.concatenate(
        [of_stars - star_prior * before.star, of_terms - term_prior @ before.term]
    )
    change = covariance @ right
    star, term = change[:many], change[many:]
    shift = share @ star.astype(np.float32) - apart - term[table.setup] * mean_colour
    return Unknowns(
        before.star + star,
        before.term + term,
        before.shift + shift,
        covariance,
        share,
        mean_colour,
        total,
    )


def _coloured(
    table: Table, weight: SingleArray, total: FloatArray, mean_colour: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what ties colour terms to stars, shape (o, s), and to themselves, (o,)."""
    single = table.stars.colour.astype(np.float32)
    sums = table.per_setup_of_stars(weight)
    by_frame = weight * mean_colour[:, None].astype(np.float32)
    across = table.per_setup_of_stars(by_frame) - sums * table.stars.colour
    spread = table.per_setup((weight @ single**2) - total * mean_colour**2)
    return across, spread


def _joint(weight: SingleArray, total: FloatArray) -> SingleArray:
    """Return by what weight frames tie each star to each other, shape (s, s)."""
    root = weight / np.sqrt(total)[:, None].astype(np.float32)
    upper = np.triu(ssyrk(1.0, root.T))
    joint: SingleArray = upper + np.triu(upper, 1).T
    return joint


def _matrix(
    joint: SingleArray,
    across: FloatArray,
    spread: FloatArray,
    priors: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the matrix of the normal equations, stars first, then colour terms.

    A star's diagonal is what makes its row vanish but for the prior: a common shift of
    all stars is known from the survey alone, to the last digit.
    """
    many, setups = len(joint), len(spread)
    matrix = np.zeros((many + setups, many + setups))
    stars = matrix[:many, :many]
    stars[:] = -joint
    np.fill_diagonal(stars, 0.0)
    np.fill_diagonal(stars, priors[0] - stars.sum(axis=1))
    matrix[many:, :many], matrix[:many, many:] = across, across.T
    matrix[many:, many:] = np.diag(spread) + priors[1]
    return matrix


def _inverse(matrix: FloatArray) -> FloatArray:
    """Return the inverse of a positive matrix.

    Raises
    ------
    numpy.linalg.LinAlgError
        It is not positive.
    """
    factor, fault = dpotrf(matrix, lower=1, overwrite_a=1)
    if fault:
        raise np.linalg.LinAlgError("the normal equations are not positive")
    lower, _ = dpotri(factor, lower=1, overwrite_c=1)
    inverse: FloatArray = np.tril(lower) + np.tril(lower, -1).T
    return inverse


def residuals(table: Table, found: Unknowns) -> SingleArray:
    """Return measured and calibrated less the star's magnitude [mag], shape (f, s)."""
    of_star = np.outer(found.term, table.stars.colour) - found.star
    residual = table.above + found.shift[:, None].astype(np.float32)
    residual += of_star.astype(np.float32)[table.setup]
    return residual


def leverage(table: Table, found: Unknowns, weight: SingleArray) -> SingleArray:
    """Return by which share each measurement determines its own fit, (f, s).

    It is the weight times the variance of the fit at that star.
    """
    many, colour = len(found.star), table.stars.colour
    terms = found.covariance[many:, :many]
    own = found.covariance.diagonal()
    star = own[:many] - 2 * colour * terms + np.outer(own[many:], colour**2)
    carried, slope = carried_by(table, found)
    fitted = star.astype(np.float32)[table.setup]
    fitted -= 2 * carried
    slope = slope.astype(np.float32)
    fitted += 2 * slope[:, None] * colour.astype(np.float32)
    own_variance = zero_point_variance(found, carried, slope)
    fitted += own_variance.astype(np.float32)[:, None]
    fitted *= weight
    return np.clip(fitted, 0.0, _LARGEST, out=fitted)


def carried_by(table: Table, found: Unknowns) -> tuple[SingleArray, FloatArray]:
    """Return the covariance of each frame's zero-point with stars and its own term.

    Shapes (f, s) and (f,) [mag²].
    """
    many = len(found.star)
    single = found.covariance.astype(np.float32)
    arm = found.mean_colour[:, None].astype(np.float32)
    carried = found.share @ single[:many, :many]
    carried -= arm * single[many:, :many][table.setup]
    across = found.share @ single[:many, many:]
    rows = np.arange(len(table.setup))
    own = found.covariance.diagonal()[many:][table.setup]
    slope = across[rows, table.setup] - found.mean_colour * own
    return carried, slope


def zero_point_variance(
    found: Unknowns, carried: SingleArray, slope: FloatArray
) -> FloatArray:
    """Return the variance of each frame's zero-point at the mean colour [mag²], (f,).

    Parameters
    ----------
    carried, slope
        As ``carried_by`` gives them.
    """
    by_stars = np.einsum("fs,fs->f", carried, found.share).astype(np.float64)
    variance: FloatArray = by_stars - slope * found.mean_colour + 1 / found.weight
    return variance
