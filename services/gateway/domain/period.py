"""The period of a variable star, out of points of many bands and observers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.kernel.later import later

__all__ = ["FewPointsError", "Period", "found_period"]

timeseries = later("astropy.timeseries")
_FEWEST = 8
_OVERSAMPLED = 8
_MOST_TRIED = 2_000_000
_REFINED = 201


class FewPointsError(Exception):
    """There is too little to find a period in."""


@dataclass(frozen=True)
class Period:
    """A period [d], the power of its peak and the chance that noise has as much."""

    period: float
    power: float
    false_alarm: float


def found_period(
    mjd: Sequence[float],
    mag: Sequence[float],
    err: Sequence[float],
    label: Sequence[str],
    within: tuple[float, float | None],
) -> Period:
    """Return the best period of a light curve.

    A Lomb-Scargle periodogram of the deviations from each label's median, with the
    false-alarm probability of Baluev (2008, MNRAS 385, 1279).

    Parameters
    ----------
    mjd, mag, err
        Times [d], magnitudes and their errors [mag], shape (n,).
    label
        What points share a median: survey, band and observer.
    within
        The shortest and the longest period [d]; half the span if not given.

    Raises
    ------
    FewPointsError
        Fewer than eight points, or all at one moment.
    """
    times = np.asarray(mjd)
    span = float(np.ptp(times)) if len(times) else 0.0
    longest = within[1] or span / 2
    if len(times) < _FEWEST or longest <= within[0]:
        raise FewPointsError
    model = timeseries.LombScargle(
        times - times[0], _levelled(np.asarray(mag), label), np.maximum(err, 1e-3)
    )
    step = 1.0 / (_OVERSAMPLED * span)
    count = min(int((1 / within[0] - 1 / longest) / step) + 1, _MOST_TRIED)
    tried = 1 / longest + step * np.arange(count)
    power = model.power(tried, assume_regular_frequency=True)
    best = tried[int(np.nanargmax(power))]
    near = np.linspace(max(best - step, step / 2), best + step, _REFINED)
    fine = model.power(near, method="slow")
    peak = int(np.nanargmax(fine))
    chance = model.false_alarm_probability(fine[peak], maximum_frequency=tried[-1])
    return Period(float(1 / near[peak]), float(fine[peak]), float(chance))


def _levelled(mag: np.ndarray, label: Sequence[str]) -> np.ndarray:
    names = np.asarray(label)
    level = mag.copy()
    for name in set(label):
        own = names == name
        level[own] -= np.median(mag[own])
    return level
