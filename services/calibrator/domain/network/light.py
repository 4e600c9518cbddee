"""The target's light in a solved network, frame by frame."""

from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.network.solution import Network
from shared.kernel.arrays import BoolArray, FloatArray

__all__ = ["SPREAD_OF_COLOURS", "Light", "light_of"]

SPREAD_OF_COLOURS = 0.7
"""Of targets about the stars of their fields [mag]: supernovae at their maxima, novae
and dwarf novae are bluer by about that."""


@dataclass(frozen=True)
class Light:
    """Homogenised magnitudes of the target, arrays of shape (f,).

    Attributes
    ----------
    mag
        In the survey's system [mag]; of a limit, the limit.
    total_err
        Standard error [mag]; −1 of a limit.
    colour_err
        The part of it that comes from the target's colour [mag]; 0 of a limit.
    is_limit
        Whether the target was not detected.
    """

    mag: FloatArray
    total_err: FloatArray
    colour_err: FloatArray
    is_limit: BoolArray


def light_of(
    network: Network,
    colour: FloatArray | None = None,
    colour_err: FloatArray | None = None,
) -> Light:
    """Return the target's magnitudes, its colours being known or not.

    Parameters
    ----------
    colour, colour_err
        The target's at each frame and its error [mag], shape (f,); NaN where not
        known: then it may be any, 0.7 mag about the stars' mean.
    """
    table, found, noise = network.table, network.found, network.noise
    redder, doubt = _colours(network, colour, colour_err)
    mag, error = _instrumental(network)
    term = found.term[table.setup]
    term_err = network.term_err[table.setup]
    value = mag + network.zero_point + term * redder
    scale, floor = noise.scale[table.setup], noise.floor[table.setup]
    own = ((scale * error) ** 2 + floor**2) * noise.frame**2
    unsure = np.hypot(term, term_err) * doubt
    own += network.lasting[table.setup] ** 2
    total = np.sqrt(own + _of_zero_points(network, redder) + unsure**2)
    is_limit = np.isnan(error)
    return Light(
        value,
        np.where(is_limit, -1.0, total),
        np.where(is_limit, 0.0, unsure),
        is_limit,
    )


def _instrumental(network: Network) -> tuple[FloatArray, FloatArray]:
    """Return the target's magnitudes and errors [mag], NaN of a limit's, (f,)."""
    lights = [frame.target for frame in network.table.frames]
    errors = [np.nan if light.mag_err is None else light.mag_err for light in lights]
    return np.array([light.mag for light in lights]), np.array(errors)


def _colours(
    network: Network, colour: FloatArray | None, colour_err: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return the target's colour above the stars' mean, and its error [mag]."""
    frames = len(network.table.setup)
    if colour is None or colour_err is None:
        return np.zeros(frames), np.full(frames, SPREAD_OF_COLOURS)
    known = np.isfinite(colour)
    redder = np.where(known, colour - network.table.stars.mean_colour, 0.0)
    return redder, np.where(known, colour_err, SPREAD_OF_COLOURS)


def _of_zero_points(network: Network, redder: FloatArray) -> FloatArray:
    """Return the variance of each frame's zero-point for a colour [mag²], (f,)."""
    plain, slope = network.carried
    of_terms = network.term_err[network.table.setup] ** 2
    variance: FloatArray = plain + 2 * redder * slope + redder**2 * of_terms
    return variance
