"""How noisy each telescope, frame and star is, as the residuals tell."""

from dataclasses import dataclass, replace

import numpy as np

from services.calibrator.domain.network.table import Table
from shared.kernel.arrays import FloatArray, SingleArray

__all__ = ["WRONG_BY", "Noise", "doubted", "first_noise", "relearned"]

WRONG_BY = 0.6
_SOME_WRONG, _SEEN_BEFORE, _MOST_WRONG = 1.0, 20.0, 0.5
_FARTHEST = 60.0
_FLOOR, _LOWEST_FLOOR, _LOWEST_SCALE = 0.006, 0.001, 0.03
_USUAL_ERR = 0.005
_SEEN_AS_USUAL = 5.0
_ROUNDS = 4
_FRAMES_ALIKE = 10.0
_CLIP = 9.0
_CLIPPED_MEAN = 0.973
_STARS_ALIKE = 5.0
_EVIDENCE = 12.0


@dataclass(frozen=True)
class Noise:
    """Variance of a measurement: (scale² · uploaded² + floor²) · frame² + star².

    Attributes
    ----------
    scale, floor
        Of each setup: its errors are larger than told by the factor ``scale``, and
        have a ``floor`` [mag], shape (o,).
    frame
        By which factor a frame is noisier than its setup's others, shape (f,).
    star
        What a star varies by besides [mag], shape (s,).
    wrong
        Share of a setup's measurements that are no measurement of the star, (o,).
    """

    scale: FloatArray
    floor: FloatArray
    frame: FloatArray
    star: FloatArray
    wrong: FloatArray

    def of(self, table: Table, term: FloatArray) -> SingleArray:
        """Return the variance of each measurement [mag²], shape (f, s)."""
        variance = self.quiet(table)
        variance *= _column(self.frame**2)
        variance += self.unsteady(table, term)
        return variance

    def quiet(self, table: Table) -> SingleArray:
        """Return that of a setup's usual frame and of steady stars, shape (f, s)."""
        variance = table.told * _column(self.scale[table.setup] ** 2)
        variance += _column(self.floor[table.setup] ** 2)
        return variance

    def unsteady(self, table: Table, term: FloatArray) -> SingleArray:
        """Return what stars add by themselves [mag²], shape (f, s)."""
        added = self.star**2 + np.outer(term**2, table.stars.colour_var)
        return added.astype(np.float32)[table.setup]


def _column(of_frames: FloatArray) -> SingleArray:
    return of_frames.astype(np.float32)[:, None]


def first_noise(table: Table) -> Noise:
    """Return the noise before any residual was seen."""
    setups, frames, stars = len(table.setups), *table.above.shape
    return Noise(
        np.ones(setups),
        np.full(setups, _FLOOR),
        np.ones(frames),
        np.zeros(stars),
        np.full(setups, _SOME_WRONG / _SEEN_BEFORE),
    )


def doubted(
    table: Table, noise: Noise, square: SingleArray, variance: SingleArray
) -> SingleArray:
    """Return the probability that each measurement is one of its star, (f, s).

    Wrong ones scatter by 0.6 mag besides; what is not measured is none.

    Parameters
    ----------
    square
        Squared residuals in units of their variance.
    variance
        Of the measurements [mag²].
    """
    narrow = variance / (variance + WRONG_BY**2)
    tail = square * (0.5 - 0.5 * narrow)
    np.minimum(tail, _FARTHEST, out=tail)
    np.exp(tail, out=tail)
    np.sqrt(narrow, out=narrow)
    tail *= narrow
    tail *= _column((noise.wrong / (1 - noise.wrong))[table.setup])
    tail += 1
    trust: SingleArray = np.divide(table.seen, tail, out=tail)
    return trust


def relearned(
    table: Table,
    noise: Noise,
    term: FloatArray,
    apart: SingleArray,
    trust: SingleArray,
) -> Noise:
    """Return the noise that residuals show.

    Parameters
    ----------
    apart
        Squared residuals over the share of their variance that the fit left, (f, s).
    trust
        Probability that each is a measurement of its star, 0 where there is none.
    """
    noise = _of_setups(table, noise, term, apart, trust)
    quiet = noise.quiet(table)
    unsteady = noise.unsteady(table, term)
    frame = _of_frames(table, apart, quiet + unsteady, trust)
    quiet *= _column(frame**2)
    star = _of_stars(table, noise.star, apart, quiet, unsteady)
    seen = table.per_setup(np.count_nonzero(table.seen, axis=1).astype(float))
    wrong = seen - table.per_setup(trust.sum(axis=1, dtype=np.float64)) + _SOME_WRONG
    wrong = np.minimum(wrong / (_SEEN_BEFORE + seen), _MOST_WRONG)
    return replace(noise, frame=frame, star=star, wrong=wrong)


def _of_setups(
    table: Table, noise: Noise, term: FloatArray, apart: SingleArray, trust: SingleArray
) -> Noise:
    """Return scale and floor of each setup: a line through steady stars' mean squares.

    The weights are those of squares of Gaussians, 1 over the squared variance. Ten
    measurements as noisy as telescopes usually are count as well, so that no bright
    star draws all to itself.
    """
    trust = trust * (noise.star == 0).astype(np.float32)
    count = np.maximum(table.per_setup_of_stars(trust), np.finfo(float).eps)
    told = table.per_setup_of_stars(trust * table.told) / count
    steady = trust * (apart - noise.unsteady(table, term))
    steady /= _column(noise.frame**2)
    shown = table.per_setup_of_stars(steady) / count
    usual = (count * told).sum(axis=1) / count.sum(axis=1)
    usual = np.maximum(usual, _USUAL_ERR**2)[:, None]
    told = np.hstack([told, np.zeros_like(usual), usual])
    shown = np.hstack([shown, np.full_like(usual, _FLOOR**2), usual + _FLOOR**2])
    count = np.hstack([count, np.full((len(usual), 2), _SEEN_AS_USUAL)])
    scale, floor = noise.scale**2, noise.floor**2
    for _ in range(_ROUNDS):
        weight = count / (scale[:, None] * told + floor[:, None]) ** 2
        scale, floor = _line(told, shown, weight)
    return replace(noise, scale=np.sqrt(scale), floor=np.sqrt(floor))


def _line(
    told: FloatArray, shown: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return slope and intercept of lines, neither below its least."""
    a, b, c = (np.einsum("os,os->o", weight, told**n) for n in (2, 1, 0))
    u, v = (np.einsum("os,os->o", weight, shown * told**n) for n in (1, 0))
    slope = np.maximum((c * u - b * v) / (a * c - b * b), _LOWEST_SCALE**2)
    floor = np.maximum((v - b * slope) / c, _LOWEST_FLOOR**2)
    return np.maximum((u - b * floor) / a, _LOWEST_SCALE**2), floor


def _of_frames(
    table: Table, apart: SingleArray, usual: SingleArray, trust: SingleArray
) -> FloatArray:
    """Return by how much each frame scatters more than its setup's usual one, (f,).

    The geometric mean over a setup's frames is 1: the rest is the setup's own noise.
    """
    shown = np.einsum("fs,fs->f", trust, apart / usual).astype(np.float64)
    stars = trust.sum(axis=1, dtype=np.float64)
    level = 0.5 * np.log((shown + _FRAMES_ALIKE) / (stars + _FRAMES_ALIKE))
    frames = table.per_setup(np.ones(len(level)))
    usually = table.per_setup(level) / frames
    noisier: FloatArray = np.exp(level - usually[table.setup])
    return noisier


def _of_stars(
    table: Table,
    star: FloatArray,
    apart: SingleArray,
    steady: SingleArray,
    unsteady: SingleArray,
) -> FloatArray:
    """Return what each star varies by [mag], where that stands out, shape (s,).

    Of what lies within 3 sigma alone, which a Gaussian's cut at 3 sigma is compared
    with: the rest may be another star. A star varies where that makes its residuals
    more probable by a factor of 400, for few stars do.
    """
    variance = steady + unsteady
    inside = (table.seen & (apart < _CLIP * variance)).astype(np.float32)
    frames = np.maximum(inside.sum(axis=0, dtype=np.float64), 1)

    def mean(of_measurements: SingleArray) -> FloatArray:
        sums: FloatArray = np.einsum("fs,fs->s", inside, of_measurements) / frames
        return sums

    alone = np.maximum(mean(apart / steady) / _CLIPPED_MEAN, 1.0)
    varies = frames * (alone - 1 - np.log(alone)) > _EVIDENCE
    excess = mean(apart / variance) / _CLIPPED_MEAN - 1
    change = mean(variance) * excess * frames / (frames + _STARS_ALIKE)
    square = np.maximum(star**2 + change, 0.0)
    return np.sqrt(np.where(varies, square, 0.0))
