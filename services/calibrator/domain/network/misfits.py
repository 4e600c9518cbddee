"""Frames that do not fit their network, and stars that no model explains."""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.network.solution import Network
from services.calibrator.domain.network.table import medians
from shared.kernel.arrays import BoolArray, FloatArray

__all__ = ["StarVerdict", "left_out", "star_verdict"]

_FEWEST = 3
_HALF = 0.55
_NOISY = 3.0
_FRAMES_TO_TELL = 8
_SCATTERS = 1.6
_STANDS_OUT = 5.0
_SMALLEST = 0.01
_MAD_TO_SIGMA = 1.4826
_MAD_ERROR = 1.17
_STRAYS = 6.0
_STRAY_SHARE = 0.2


def left_out(network: Network) -> list[str]:
    """Return, per frame, why it takes no part in the light curve; mostly nothing."""
    table, trust = network.table, network.trust.sum(axis=1)
    seen = np.count_nonzero(table.seen, axis=1)
    return [
        _why(int(stars), float(good), float(noisier))
        for stars, good, noisier in zip(seen, trust, network.noise.frame, strict=True)
    ]


def _why(stars: int, good: float, noisier: float) -> str:
    if stars < _FEWEST:
        return f"It has {stars} of the network's stars, {_FEWEST} are needed."
    wrong = round(stars - good)
    if good < max(_HALF * stars, _FEWEST - 0.5):
        return f"{wrong} of its {stars} stars disagree with the network."
    if noisier > _NOISY:
        return (
            f"Its stars scatter {noisier:.1f} times as much as in the telescope's "
            "other frames."
        )
    return ""


@dataclass(frozen=True)
class StarVerdict:
    """What the frames say of each star; arrays of shape (s,).

    Attributes
    ----------
    frames
        How many frames have it.
    ratio
        Robust scatter of its residuals over what the noise explains, 1 of a usual star.
    varies
        By what the noise does not explain [mag].
    strays
        How many of its measurements are far off.
    suspect
        Whether it varies: it scatters as nothing explains, or strays as no other does.
    """

    frames: FloatArray
    ratio: FloatArray
    varies: FloatArray
    strays: FloatArray
    suspect: BoolArray


def star_verdict(network: Network) -> StarVerdict:
    """Return which comparison stars scatter as no model explains.

    The median distance from the median decides, in units of the noise and against that
    of the usual star, so that wrong pairs do not make a variable star. Stars that stray
    more often than six standard deviations of what stars here do, and in a fifth of
    their frames, are told as well: eclipses, neighbours, a wrong pair.
    """
    table = network.table
    noise = np.sqrt(_steady_variance(network))
    apart = np.where(table.seen, network.residual / noise, np.nan)
    distance = medians(np.abs(apart - medians(apart)))
    frames = np.count_nonzero(table.seen, axis=0).astype(float)
    enough = frames >= _FRAMES_TO_TELL
    usual = np.median(distance[enough]) if enough.any() else 1 / _MAD_TO_SIGMA
    ratio = distance / max(float(usual), 1 / _MAD_TO_SIGMA)
    varies = network.noise.star
    error = _MAD_ERROR / np.sqrt(np.maximum(frames, 1))
    scatters = (ratio > _SCATTERS) & (ratio - 1 > _STANDS_OUT * error)
    strays = (table.seen * (1 - network.trust)).sum(axis=0, dtype=np.float64)
    often = _often(strays, frames)
    suspect = enough & ((scatters & (varies > _SMALLEST)) | often)
    return StarVerdict(frames, ratio, varies, strays, suspect)


def _steady_variance(network: Network) -> FloatArray:
    """Return the variance of measurements if no star varied [mag²], (f, s)."""
    quiet = network.noise.quiet(network.table)
    steady: FloatArray = quiet * network.noise.frame[:, None] ** 2
    return steady


def _often(strays: FloatArray, frames: FloatArray) -> BoolArray:
    """Return which stars stray far more often than the stars here do."""
    usual = (1 + strays.sum()) / (20 + frames.sum())
    spread = np.sqrt(np.maximum(usual * (1 - usual) * frames, 1))
    beyond = strays - usual * frames > _STRAYS * spread
    often: BoolArray = beyond & (strays > _STRAY_SHARE * frames)
    return often
