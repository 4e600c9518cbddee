"""Simulated matched fields whose zero-point is known."""

from collections.abc import Mapping

import numpy as np

from services.calibrator.domain.model import BandMatches, Field, FloatArray

ZERO_POINT = 22.5


def field(
    rng: np.random.Generator,
    stars: int,
    *,
    wrong: float = 0.0,
    noise: Mapping[str, float] | None = None,
    target: bool = True,
) -> Field:
    """A field whose first star is the target; a fraction of the others is wrong.

    ``noise`` is the scatter [mag] of each reference band about the truth.
    """
    truth = rng.uniform(12, 17, stars)
    mag_err = 0.005 + 0.03 * 10 ** (0.35 * (truth - 17))
    mag = truth - ZERO_POINT + rng.normal(0, mag_err)
    bad = rng.permutation(stars)[: round(wrong * stars)]
    mag[bad] += rng.choice([-1, 1], len(bad)) * rng.uniform(0.5, 3, len(bad))
    ra, dec = 10 + rng.uniform(-0.1, 0.1, stars), 20 + rng.uniform(-0.1, 0.1, stars)
    return Field(
        ra=ra,
        dec=dec,
        mag=mag,
        mag_err=mag_err,
        target_ra=float(ra[0]) if target else 10.0,
        target_dec=float(dec[0]) if target else 20.0,
        radius=2.0,
        bands=[
            band(rng, name, truth, sigma)
            for name, sigma in (noise or {"APASS/r": 0.02}).items()
        ],
    )


def band(
    rng: np.random.Generator, name: str, truth: FloatArray, sigma: float
) -> BandMatches:
    survey, _, filter_name = name.partition("/")
    return BandMatches(
        survey=survey,
        band=filter_name,
        system="AB",
        star=np.arange(len(truth)),
        mag=truth + rng.normal(0, sigma, len(truth)),
        mag_err=np.full(len(truth), sigma),
        colour_name="g-r",
        colour=rng.normal(0.6, 0.3, len(truth)),
    )
