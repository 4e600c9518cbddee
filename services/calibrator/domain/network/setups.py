"""What the network shows of each telescope: through time, and against the others."""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.network.frames import Setup
from services.calibrator.domain.network.solution import Network
from shared.kernel.arrays import FloatArray

__all__ = ["History", "by_night", "changes_of", "history_of"]

_FEWEST = 4
_MOST_NIGHTS = 400
_NO_SPREAD = 1e-3
_JUMP, _JUMP_SIGMAS = 0.03, 6.0


@dataclass(frozen=True)
class History:
    """A setup's frames one by one, in time; arrays of shape (n,).

    Attributes
    ----------
    mjd
        When [d].
    term, term_err
        Colour term as each frame alone has it, and its error; NaN where its stars have
        no different colours.
    noise
        Scatter of a bright star [mag].
    """

    mjd: FloatArray
    term: FloatArray
    term_err: FloatArray
    noise: FloatArray

    @property
    def with_terms(self) -> "History":
        """Those frames that tell a colour term."""
        known = np.isfinite(self.term_err)
        return History(
            self.mjd[known], self.term[known], self.term_err[known], self.noise[known]
        )


def history_of(network: Network, number: int) -> History:
    """Return the frames of one setup, by its place in the table."""
    table, found = network.table, network.found
    rows = np.flatnonzero(table.setup == number)
    weight = network.weight[rows]
    arm = table.stars.colour - found.mean_colour[rows][:, None]
    spread = np.einsum("fs,fs->f", weight, arm**2)
    slope = np.einsum("fs,fs,fs->f", weight, arm, network.residual[rows])
    told = np.where(spread > _NO_SPREAD, spread, np.nan)
    term = found.term[number] - slope / told
    noise = network.noise.floor[number] * network.noise.frame[rows]
    return History(table.mjd[rows], term, told**-0.5, noise)


def changes_of(network: Network) -> dict[Setup, float]:
    """Return which setups' colour terms jump, and when [MJD]: one jump each at most.

    The mean terms before and after are compared for every moment between two frames;
    the frames' own scatter counts where it exceeds their errors.
    """
    found = {}
    for number, setup in enumerate(network.table.setups):
        when = _jump(history_of(network, number))
        if when is not None:
            found[setup] = when
    return found


def _jump(history: History) -> float | None:
    """Return where a jump of the colour term stands out most, if one does."""
    history = history.with_terms
    frames = len(history.mjd)
    if frames < 2 * _FEWEST:
        return None
    weight = history.term_err**-2
    after = np.arange(_FEWEST, frames - _FEWEST + 1)
    total, sums = np.cumsum(weight), np.cumsum(weight * history.term)
    before_weight, before = total[after - 1], sums[after - 1] / total[after - 1]
    after_weight = total[-1] - before_weight
    later = (sums[-1] - sums[after - 1]) / after_weight
    jump = later - before
    best = int(np.argmax(jump**2 / (1 / before_weight + 1 / after_weight)))
    place = int(after[best])
    levels = np.where(np.arange(frames) < place, before[best], later[best])
    square = float(weight @ (history.term - levels) ** 2) / (frames - 2)
    sigma = np.sqrt((1 / before_weight + 1 / after_weight)[best] * max(square, 1.0))
    if abs(jump[best]) < max(_JUMP, _JUMP_SIGMAS * sigma):
        return None
    if _drifts_as_well(history, square * (frames - 2)):
        return None
    return float(history.mjd[place - 1 : place + 1].mean())


def _drifts_as_well(history: History, square: float) -> bool:
    """Tell whether a slow drift, a cubic in time, explains the terms no worse."""
    time = history.mjd - history.mjd.mean()
    basis = np.vander(time / max(float(np.abs(time).max()), 1e-9), 4)
    weight = 1 / history.term_err
    fit = np.linalg.lstsq(basis * weight[:, None], history.term * weight, rcond=None)
    left = (history.term - basis @ fit[0]) * weight
    return float(left @ left) <= square


def by_night(history: History) -> History:
    """Return the means of each night, or of longer spans where there are many."""
    span = max(1.0, float(np.ptp(history.mjd)) / _MOST_NIGHTS)
    first = np.unique(np.floor(history.mjd / span), return_inverse=True)[1]
    known = np.isfinite(history.term_err)
    weight = np.where(known, history.term_err, np.inf) ** -2
    term = np.where(known, history.term, 0.0)
    total = np.bincount(first, weight)
    total = np.where(total > 0, total, np.nan)
    frames = np.bincount(first)
    return History(
        np.bincount(first, history.mjd) / frames,
        np.bincount(first, weight * term) / total,
        np.sqrt(1 / total),
        np.bincount(first, history.noise) / frames,
    )
