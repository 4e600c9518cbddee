"""Simulated fields whose zero-point is known, for comparing estimators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LAWS", "Field", "field"]

FloatArray = NDArray[np.float64]

LAWS = ("sided", "broad")


@dataclass(frozen=True)
class Field:
    """Reference magnitudes, differences from the true zero-point [mag], their truth.

    Arrays have shape (n,). ``colour`` counts from the mean of the stars.
    """

    mag: FloatArray
    difference: FloatArray
    variance: FloatArray
    colour: FloatArray
    colour_term: float
    intrinsic: float
    wrong: NDArray[np.bool_]


def field(
    rng: np.random.Generator, stars: int, wrong: float, law: str = "sided"
) -> Field:
    """Return a field with a fraction of wrong stars.

    ``sided``: half of them are off to one side, many nearby; ``broad``: by a Gaussian
    of 1 mag, as strangers are that were taken for the star.
    """
    mag = rng.triangular(12, 17, 17, stars)
    variance = (0.004 + 0.03 * 10 ** (0.35 * (mag - 17))) ** 2
    variance += rng.uniform(0.01, 0.035, stars) ** 2
    intrinsic = float(rng.choice([0.0, 0.01, 0.02, 0.03]))
    term = float(rng.uniform(-0.15, 0.15))
    colour = rng.normal(0, 0.3, stars)
    colour -= colour.mean()
    bad = np.zeros(stars, dtype=bool)
    count = min(rng.binomial(stars, wrong), (stars - 1) // 2)
    bad[rng.permutation(stars)[:count]] = True
    noise = rng.normal(0, np.sqrt(variance + intrinsic**2))
    difference = term * colour + noise + np.where(bad, _off(rng, stars, law), 0.0)
    return Field(mag, difference, variance, colour, term, intrinsic, bad)


def _off(rng: np.random.Generator, stars: int, law: str) -> FloatArray:
    if law == "broad":
        return rng.normal(0, 1, stars)
    one_side = rng.exponential(0.4, stars) + 0.08
    return np.where(rng.random(stars) < 0.5, rng.normal(0, 0.5, stars), one_side)  # noqa: PLR2004 - half
