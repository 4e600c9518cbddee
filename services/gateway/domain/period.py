"""The period of a variable star, out of points of many bands and observers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared.kernel.later import later

__all__ = ["FewPointsError", "Period", "found_period"]

timeseries = later("astropy.timeseries")
_FEWEST = 8
_OVERSAMPLED = 5
_MOST_TRIED = 250_000
"""Frequencies: about a second of one core, however long the light curve is."""
_REFINED = 201
_WHOLE = 1.0 - 1e-12


class FewPointsError(Exception):
    """There is too little to find a period in."""


@dataclass(frozen=True)
class Period:
    """A period [d], the power of its peak and the chance that noise has as much.

    ``shortest`` is the shortest period [d] that was looked for: longer than asked for
    where a light curve is so long that there are too many in between.
    """

    period: float
    power: float
    false_alarm: float
    shortest: float


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
    best = tried[_highest(model, tried, assume_regular_frequency=True)[0]]
    near = np.linspace(max(best - step, step / 2), best + step, _REFINED)
    peak, power = _highest(model, near, method="slow")
    chance = model.false_alarm_probability(power, maximum_frequency=tried[-1])
    told = near[peak], power, chance, tried[-1]
    frequency, height, alarm, highest = map(float, told)
    return Period(1 / frequency, height, alarm, 1 / highest)


def _highest(model: Any, frequencies: np.ndarray, **way: Any) -> tuple[int, float]:
    """Return the place and the power of the peak.

    At the frequencies that equal steps of time cannot tell from none, the power is 0/0,
    and beside them more than the whole.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        power = model.power(frequencies, **way)
    power = np.where(np.isfinite(power), power, -1.0)
    peak = int(np.argmax(power))
    return peak, min(float(power[peak]), _WHOLE)


def _levelled(mag: np.ndarray, label: Sequence[str]) -> np.ndarray:
    names = np.asarray(label)
    level = mag.copy()
    for name in set(label):
        own = names == name
        level[own] -= np.median(mag[own])
    return level
