"""A hypothesis is held against all stars: fitted, and counted against chance."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import poisson

from services.imager.domain.plate.plane import ComplexArray
from services.imager.domain.plate.polynomial import Plate, powers
from services.imager.domain.plate.stars import Charted, Detected, nearest, tree_of
from services.imager.domain.plate.vote import Hypothesis
from shared.kernel.arrays import BoolArray, FloatArray, IndexArray

__all__ = ["Solution", "verified"]

_MOST = 300
_FEWEST = 4
_NEEDED = {1: 4, 2: 18, 3: 40}
_STEPS = (1, 1, 1, 2, 2, 3, 3)
_AFFINE = 12
_FIRST_REACH = 0.024
_LEAST_REACH = 2.5
_CLIP = 4.0
_SHARPEST = 0.02
_SIGMA_OF_MEDIAN = 1.4826 / 1.2
"""From the median of distances in two dimensions to the sigma of one."""


@dataclass(frozen=True)
class Solution:
    """A plate, and how sure it is.

    Attributes
    ----------
    plate
        From pixels to the plane.
    matched
        How many stars agree.
    rms
        Of their distances [arcsec].
    log_p
        Logarithm (10) of the chance that as many agree by accident.
    spread
        Which part of the image's quarters has matched stars, 0 to 1.
    """

    plate: Plate
    matched: int
    rms: float
    log_p: float
    spread: float


def verified(
    image: Detected, chart: Charted, idea: Hypothesis, trials: int
) -> Solution | None:
    """Return the plate that a hypothesis leads to, or nothing where few stars agree.

    Parameters
    ----------
    image
        The image's stars.
    chart
        All reference stars.
    idea
        Where the image may be.
    trials
        How many hypotheses were held against the stars, this one included.
    """
    pixels = image.places[:_MOST]
    near = _inside(image, chart, idea, 2 * len(pixels) + 10)
    if len(near) < _FEWEST:
        return None
    start = _start(image, idea)
    plate, reach = start, _FIRST_REACH * image.half * start.scale
    found: Solution | None = None
    tree = tree_of(near)
    for order in _STEPS:
        away, star = nearest(tree, plate.on_plane(pixels), 1, reach)
        mine = _one_to_one(away[:, 0], star[:, 0])
        if len(mine) < _NEEDED[order]:
            return None if order == 1 else found
        terms, kept, rms = _fitted(
            image, pixels[mine], near[star[mine, 0]], order, start
        )
        plate = Plate(terms, image.centre, image.half)
        reach = max(4 * rms, _LEAST_REACH * start.scale)
        matched = pixels[mine[kept]]
        log_p = _chance(image, plate, len(pixels) * len(near), len(matched), rms)
        log_p += math.log10(trials)
        found = Solution(plate, len(matched), rms, log_p, _spread(image, matched))
    return found


def _start(image: Detected, idea: Hypothesis) -> Plate:
    """Return the plate of a hypothesis, before any star is matched."""
    along = idea.turn * image.half
    up = along * (1j if idea.parity > 0 else -1j)
    return Plate(np.array([idea.place, up, along]), image.centre, image.half)


def _inside(
    image: Detected, chart: Charted, idea: Hypothesis, most: int
) -> ComplexArray:
    """Return the brightest reference stars that the image would show [arcsec]."""
    back = (chart.places - idea.place) / idea.turn
    shown = (np.abs(back.real) < image.width / 2) & (
        np.abs(back.imag) < image.height / 2
    )
    return chart.places[shown][:most]


def _one_to_one(away: FloatArray, star: IndexArray) -> IndexArray:
    """Return who of the image's stars is the nearest to its own nearest star."""
    hit = np.flatnonzero(np.isfinite(away))
    hit = hit[np.argsort(away[hit])]
    _, first = np.unique(star[hit], return_index=True)
    return np.asarray(hit[first], dtype=np.intp)


def _fitted(
    image: Detected,
    pixels: ComplexArray,
    stars: ComplexArray,
    order: int,
    start: Plate,
) -> tuple[ComplexArray, BoolArray, float]:
    """Fit pairs, those that stand apart left out; return terms, who stayed, the rms."""
    design = powers((pixels - image.centre) / image.half, order)
    kept = np.ones(len(pixels), dtype=bool)
    for _ in range(4):
        few = order == 1 and np.count_nonzero(kept) < _AFFINE
        fit = _similar if few else _least_squares
        terms = fit(design[kept], stars[kept], start.parity)
        left = np.abs(stars - design @ terms)
        sigma = max(
            _SIGMA_OF_MEDIAN * float(np.median(left[kept])), _SHARPEST * start.scale
        )
        stay = left < _CLIP * sigma
        if np.count_nonzero(stay) < _NEEDED[order] or (stay == kept).all():
            break
        kept = stay
    return terms, kept, float(np.sqrt(np.mean(left[kept] ** 2)))


def _least_squares(
    design: FloatArray, stars: ComplexArray, _parity: int
) -> ComplexArray:
    terms, *_ = np.linalg.lstsq(design.astype(complex), stars, rcond=None)
    return np.asarray(terms, dtype=complex)


def _similar(design: FloatArray, stars: ComplexArray, parity: int) -> ComplexArray:
    """Fit only a scale, a rotation and a place: few stars bear no more."""
    seen = 1j if parity > 0 else -1j
    away = design[:, 2] - seen * design[:, 1]
    middle, goal = away.mean(), stars.mean()
    turn = np.sum((away - middle).conj() * (stars - goal))
    turn /= np.sum(np.abs(away - middle) ** 2)
    return np.array([goal - turn * middle, -seen * turn, turn])


def _chance(
    image: Detected, plate: Plate, pairs: int, matched: int, rms: float
) -> float:
    """Return log10 of the chance that as many stars agree by accident.

    As many as expected of so many pairs thrown at random (Poisson); three stars are
    what the plate was made from.
    """
    reach = max(3 * rms, plate.scale)
    area = image.width * image.height * plate.scale**2
    expected = pairs * math.pi * reach**2 / area
    return float(poisson.logsf(max(matched - 3, 0), expected)) / math.log(10)


def _spread(image: Detected, matched: ComplexArray) -> float:
    away = matched - image.centre
    return len(set(zip(away.real > 0, away.imag > 0, strict=True))) / 4
