"""Frames whose first zero-point was one of wrong stars begin anew."""

from dataclasses import replace

import numpy as np

from services.calibrator.domain.network.equations import Unknowns
from services.calibrator.domain.network.noise import WRONG_BY, Noise, doubted
from services.calibrator.domain.network.table import Table
from shared.kernel.arrays import FloatArray, IndexArray, SingleArray

__all__ = ["restarted"]

_GOOD = 0.85
_CANDIDATES = 24
_AT_ONCE = 64


def restarted(
    table: Table,
    noise: Noise,
    found: Unknowns,
    residual: SingleArray,
    variance: SingleArray,
) -> tuple[Unknowns, SingleArray]:
    """Return shifts with which most stars of each frame agree, and residuals.

    By now the stars' magnitudes are known. Where more than 15 % of a frame's stars are
    doubted, the zero-points that its best stars have each for itself are compared, and
    the most probable is taken.
    """
    seen = np.count_nonzero(table.seen, axis=1)
    trust = doubted(table, noise, residual**2 / variance, variance)
    doubtful = np.flatnonzero(trust.sum(axis=1) < _GOOD * seen)
    shift = np.zeros(len(seen))
    for first in range(0, len(doubtful), _AT_ONCE):
        rows = doubtful[first : first + _AT_ONCE]
        shift[rows] = _most_probable(table, noise, rows, residual, variance)
    moved = residual + shift[:, None].astype(np.float32)
    return replace(found, shift=found.shift + shift), moved


def _most_probable(
    table: Table,
    noise: Noise,
    rows: IndexArray,
    residual: SingleArray,
    variance: SingleArray,
) -> FloatArray:
    """Return what to add to each frame's zero-point [mag], shape (rows,)."""
    seen, variance = table.seen[rows], variance[rows]
    residual = np.where(seen, residual[rows], 0)
    best = np.argsort(np.where(seen, variance, np.inf), axis=1)[:, :_CANDIDATES]
    candidates = np.take_along_axis(residual, best, axis=1)
    candidates = np.concatenate([np.zeros((len(rows), 1)), candidates], axis=1)
    apart = residual[:, None, :] - candidates[:, :, None]
    wide = variance[:, None, :] + WRONG_BY**2
    odds = (noise.wrong / (1 - noise.wrong))[table.setup[rows]][:, None, None]
    good = np.exp(-0.5 * apart**2 / variance[:, None, :]) / np.sqrt(
        variance[:, None, :]
    )
    wrong = odds * np.exp(-0.5 * apart**2 / wide) / np.sqrt(wide)
    told = np.einsum("fcs,fs->fc", np.log(good + wrong), seen)
    chosen = np.argmax(told, axis=1)
    shift: FloatArray = -candidates[np.arange(len(rows)), chosen]
    return shift
