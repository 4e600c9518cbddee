"""One light curve of a target from all its telescopes. Read this first.

Each band is a network of its own (``solution.py``); what joins them is the target's
colour, which is known from its points in other bands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.calibrator.domain.network.colour import (
    ColourSource,
    Series,
    TargetColours,
    colour_at,
)
from services.calibrator.domain.network.disagreement import Seen, colour_between
from services.calibrator.domain.network.frames import MeasuredFrame, Setup
from services.calibrator.domain.network.identities import Identities
from services.calibrator.domain.network.light import (
    SPREAD_OF_COLOURS,
    Light,
    light_of,
)
from services.calibrator.domain.network.misfits import left_out
from services.calibrator.domain.network.setups import changes_of
from services.calibrator.domain.network.solution import Network, solve_network
from services.calibrator.domain.network.table import Changes, tabulated
from shared.kernel.arrays import BoolArray

__all__ = ["Homogenised", "homogenised", "network_of"]

_ROUNDS = 3
_MOST_CHANGES = 3
_TOLD_ERR = 0.1
_TELLS = 0.8

Colours = tuple[str, str]
"""The bands whose difference is the colour that a band's colour terms are of."""


@dataclass(frozen=True)
class Homogenised:
    """A band's light curve; lists and arrays in the order of the table's rows.

    Attributes
    ----------
    left_out
        Why a frame takes no part; empty where it does.
    colour
        The target's at each frame.
    """

    network: Network
    light: Light
    left_out: Sequence[str]
    colour: TargetColours


def network_of(
    frames: Sequence[MeasuredFrame], identities: Identities | None = None
) -> Network:
    """Return the solved network of frames of one band and survey.

    Where a setup's colour term jumps, its frames before and after are taken for those
    of two telescopes, and all is solved again.
    """
    known = Identities() if identities is None else identities
    changes: Changes = {}
    network = solve_network(tabulated(frames, known))
    for _ in range(_MOST_CHANGES):
        jumps = changes_of(network)
        if not jumps:
            break
        changes = _with(changes, jumps)
        network = solve_network(tabulated(frames, known, changes))
    return network


def _with(changes: Changes, jumps: Mapping[Setup, float]) -> Changes:
    merged = {setup: list(times) for setup, times in changes.items()}
    for setup, when in jumps.items():
        whole = setup._replace(part=0)
        merged[whole] = sorted([*merged.get(whole, []), when])
    return merged


def homogenised(
    networks: Mapping[str, Network], colours: Mapping[str, Colours]
) -> dict[str, Homogenised]:
    """Return the light curve in each band.

    The colour depends on magnitudes and they on it, by a colour term only: after three
    rounds nothing changes.

    Parameters
    ----------
    networks
        By band.
    colours
        Which bands each band's colour is of; absent where it has none.
    """
    out = {band: left_out(network) for band, network in networks.items()}
    lights = {band: light_of(network) for band, network in networks.items()}
    between = {
        band: _between(network, lights[band], out[band])
        for band, network in networks.items()
    }
    known = dict(between)
    lights = {
        band: light_of(network, known[band].value, known[band].err)
        for band, network in networks.items()
    }
    for _ in range(_ROUNDS if colours else 0):
        series = {
            band: _series(networks[band], light, out[band])
            for band, light in lights.items()
        }
        known = {
            band: _own(network, series, colours.get(band)).over(between[band])
            for band, network in networks.items()
        }
        lights = {
            band: light_of(network, known[band].value, known[band].err)
            for band, network in networks.items()
        }
    return {
        band: Homogenised(network, lights[band], out[band], known[band])
        for band, network in networks.items()
    }


def _good(light: Light, out: Sequence[str]) -> BoolArray:
    """Return which points may tell a colour."""
    good: BoolArray = ~light.is_limit & np.array([not why for why in out], dtype=bool)
    return good


def _series(network: Network, light: Light, out: Sequence[str]) -> Series:
    good = _good(light, out)
    return Series(network.table.mjd[good], light.mag[good], light.total_err[good])


def _own(
    network: Network, series: Mapping[str, Series], colours: Colours | None
) -> TargetColours:
    """Return the colours that points in other bands tell."""
    mjd = network.table.mjd
    if colours is None or not set(colours) <= series.keys():
        return TargetColours.unknown(len(mjd))
    colour, err = colour_at(mjd, *(series[band] for band in colours))
    return TargetColours.of(colour, err, ColourSource.OTHER_BANDS)


def _between(network: Network, light: Light, out: Sequence[str]) -> TargetColours:
    """Return the colours that were told; where none was, what telescopes' show."""
    table = network.table
    told = [frame.target.colour for frame in table.frames]
    given = np.array([np.nan if one is None else one for one in told])
    by_observers = TargetColours.of(
        given, np.full(len(given), _TOLD_ERR), ColourSource.TOLD
    )
    good = _good(light, out)
    if not good.any() or np.isfinite(given).all():
        return by_observers
    own = light.total_err[good] ** 2 - light.colour_err[good] ** 2
    seen = Seen(
        table.mjd[good],
        light.mag[good],
        np.sqrt(np.maximum(own, 0.0)),
        table.setup[good],
        network.found.term[table.setup][good],
        network.lasting[table.setup][good],
    )
    redder, err = colour_between(seen, table.mjd, SPREAD_OF_COLOURS)
    tells = err < _TELLS * SPREAD_OF_COLOURS
    every = np.where(tells, table.stars.mean_colour + redder, np.nan)
    return by_observers.over(TargetColours.of(every, err, ColourSource.TELESCOPES))
