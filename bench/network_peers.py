"""Whom the network is compared with: an oracle, today's points, two published methods.

PyTICS and PyCALI are in no package registry (``pycali`` there is another program), so
that their published equations stand here, without their authors' code.
"""

import numpy as np
from numpy.typing import NDArray

from bench.simulated_network import Simulated
from services.calibrator.domain.mixture import agree
from services.calibrator.domain.model import Prior
from services.calibrator.domain.network.frames import MeasuredFrame
from services.calibrator.domain.network.light import light_of
from services.calibrator.domain.network.light_curve import homogenised, network_of
from services.calibrator.domain.network.table import tabulated

__all__ = ["Answer", "ensemble", "joined", "oracle", "ours", "today"]

FloatArray = NDArray[np.float64]
Answer = dict[str, tuple[float, float]]
"""Magnitude and error of the target [mag] by the frame's name."""

_COLOUR_ERR = 0.02
_ROUNDS = 20
_TAU, _SIGMA = 30.0, 0.5
_WEAK = 100.0


def ours(made: Simulated, *, known: bool) -> Answer:
    """Return the network's magnitudes, without the frames that it leaves out."""
    network = network_of(made.frames)
    done = homogenised({"r": network}, {})["r"]
    frames, light = network.table.frames, done.light
    if known:
        colour, error = (
            np.full(len(frames), value) for value in (made.colour, _COLOUR_ERR)
        )
        light = light_of(network, colour, error)
    rows = zip(frames, light.mag, light.total_err, done.left_out, strict=True)
    return {
        frame.name: (float(mag), float(err)) for frame, mag, err, why in rows if not why
    }


def today(made: Simulated, *, known: bool) -> Answer:
    """Return points as they are calibrated one by one, colour applied where known."""
    found = {}
    for frame in made.frames:
        mean = frame.colour.mean()
        variance = frame.mag_err**2 + frame.reference_err**2
        fit = agree(frame.reference - frame.mag, variance, frame.colour - mean, Prior())
        redder = made.colour - mean if known else 0.0
        mag = frame.target.mag + fit.centre + fit.slope * redder
        own = frame.target.mag_err or 0.0
        found[frame.name] = (mag, float(np.hypot(own, fit.centre_err)))
    return found


def oracle(made: Simulated, *, known: bool) -> Answer:
    """Return what knowing each star's magnitude, noise, and which are wrong, gives.

    It does not know zero-points and colour terms.
    """
    found: Answer = {}
    mean = made.sky.colour.mean()
    for telescope in made.telescopes:
        frames = [f for f in made.frames if f.setup.observer == telescope.number]
        fits = [
            fit
            for frame in frames
            if (fit := _known_stars(made, frame, telescope.floor))
        ]
        term = sum(fit[1] for fit in fits) / (sum(fit[2] for fit in fits) + _WEAK)
        for frame, _, _, level, colour, weight in fits:
            redder = made.colour - mean if known else 0.0
            zero_point = level - term * colour
            mag = frame.target.mag + zero_point + term * redder
            found[frame.name] = mag, float(np.hypot(weight**-0.5, telescope.floor))
    return found


def _known_stars(
    made: Simulated, frame: MeasuredFrame, floor: float
) -> tuple[MeasuredFrame, float, float, float, float, float] | None:
    """Return a frame's sums for the colour term, and its level, colour and weight."""
    star, wrong = made.star[frame.name], made.wrong[frame.name]
    weight = np.where(wrong, 0.0, 1 / (frame.mag_err**2 + floor**2))
    total = float(weight.sum())
    if not total:
        return None
    above = made.sky.mag[star] - frame.mag
    colour = made.sky.colour[star] - made.sky.colour.mean()
    level, middle = float(weight @ above) / total, float(weight @ colour) / total
    arm = colour - middle
    across = float(weight @ (arm * (above - level)))
    return frame, across, float(weight @ arm**2), level, middle, total


def ensemble(made: Simulated, *, known: bool) -> Answer:  # noqa: ARG001 - it has no colours
    """Return points by maximum-likelihood ensemble photometry, as PyTICS has it.

    Stars have magnitudes, each epoch of a telescope a shift, telescopes and stars extra
    variances, in turn (Vieliute et al. 2025, RASTI, rzaf021). Colour terms are no part.
    """
    table = tabulated(made.frames)
    above = np.where(table.seen, table.above.astype(float), 0.0)
    frames, stars = above.shape
    shift, star = np.zeros(frames), np.zeros(stars)
    of_telescope, of_star = np.full(frames, 1e-4), np.full(stars, 1e-4)
    for _ in range(_ROUNDS):
        noise = table.told + of_telescope[:, None] + of_star
        weight = np.where(table.seen, 1 / noise, 0.0)
        star = (weight * (above - shift[:, None])).sum(0) / weight.sum(0)
        star -= np.average(star, weights=1 / table.stars.reference_var)
        shift = (weight * (above - star)).sum(1) / weight.sum(1)
        excess = (above - shift[:, None] - star) ** 2 - table.told
        of_star = np.maximum((weight * excess).sum(0) / weight.sum(0), 1e-6)
        own = np.bincount(table.setup, (weight * excess).sum(1)).astype(float)
        of_all = own / np.bincount(table.setup, weight.sum(1))
        of_telescope = np.maximum(of_all, 1e-6)[table.setup]
    rows = zip(table.frames, shift + table.level, weight.sum(1), strict=True)
    return {
        frame.name: (
            frame.target.mag - level,
            float(np.hypot(frame.target.mag_err or 0.0, total**-0.5)),
        )
        for frame, level, total in rows
    }


def joined(made: Simulated, *, known: bool) -> Answer:
    """Return today's points shifted, telescope by telescope, onto one curve.

    The curve is a damped random walk, the shifts are additive, as PyCALI has it for
    magnitudes (Li et al. 2014, ApJ 786, L6): generalised least squares at a time scale
    of 30 d and 0.5 mag. Comparison stars are no part.
    """
    points = today(made, known=known)
    mjd = np.array([frame.mjd for frame in made.frames])
    telescope = np.array([frame.setup.observer for frame in made.frames])
    mag, err = np.array([points[frame.name] for frame in made.frames]).T
    apart = np.abs(mjd[:, None] - mjd)
    walk = _SIGMA**2 * np.exp(-apart / _TAU)
    inverse = np.linalg.inv(walk + np.diag(err**2))
    columns = np.equal.outer(telescope, np.unique(telescope)).astype(float)
    weak = np.eye(columns.shape[1]) * 1e-6
    shifts = np.linalg.solve(
        columns.T @ inverse @ columns + weak, columns.T @ inverse @ mag
    )
    shifts -= shifts.mean()
    shifted = mag - columns @ shifts
    return {
        frame.name: (float(one), float(error))
        for frame, one, error in zip(made.frames, shifted, err, strict=True)
    }
