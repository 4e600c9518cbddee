"""Bands beside the uploaded stars, compiled and in numpy."""

from dataclasses import replace

import numpy as np
import pytest

from bench.simulated import field
from services.calibrator.domain import common as bands_in_common
from services.calibrator.domain import compared, compiled, samples
from services.calibrator.domain.compared import Stars
from services.calibrator.domain.model import (
    BandMatches,
    Prior,
    Verdict,
)
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.zeropoint import fit_zeropoints
from tests.support.bands import flat_of
from tests.support.built import built


def uploaded(rng: np.random.Generator, stars: int) -> Stars:
    verdict = np.where(rng.random(stars) < 0.1, Verdict.VARIABLE, Verdict.TOOK_PART)
    quality = np.where(rng.random(stars) < 0.3, rng.integers(0, 32, stars), 0)
    mag, error = rng.uniform(-12, -5, stars), rng.uniform(0, 0.2, stars)
    return Stars(mag, error, verdict, quality)


def matches_of(rng: np.random.Generator, stars: int, unknown: float) -> BandMatches:
    count = rng.integers(stars + 1)
    columns = rng.uniform(10, 20, (3, count))
    columns[rng.random((3, count)) < unknown] = np.nan
    mag, error, colour = columns
    return BandMatches(
        *("APASS", "V", "Vega"),
        star=rng.permutation(stars)[:count],
        mag=mag,
        mag_err=error / 100,
        floor=float(rng.choice([0.0, 0.02])),
        colour=colour if rng.random() < 0.7 else None,
        blended=rng.random(count) < 0.3 if rng.random() < 0.7 else None,
    )


@built
@pytest.mark.parametrize("stars", [1, 4, 6, 12, 25, 300])
@pytest.mark.parametrize("unknown", [0.0, 0.3, 1.0])
def test_stars_are_held_beside_a_band_alike(stars: int, unknown: float) -> None:
    rng = np.random.default_rng(stars)
    for _ in range(40):
        own, band = uploaded(rng, stars), matches_of(rng, stars, unknown)
        (ours,), (twin,) = (
            each(own, [band]) for each in (compiled.compare, compared.compare)
        )
        assert ours.stars_entered == twin.stars_entered
        assert ours.mean_colour == pytest.approx(twin.mean_colour, abs=1e-12)
        for name in ("star", "verdict", "difference", "variance"):
            np.testing.assert_allclose(
                getattr(ours, name), getattr(twin, name), 1e-12, err_msg=name
            )
        assert ours.colour == pytest.approx(twin.colour, abs=1e-12)


def test_pairs_must_point_at_uploaded_stars() -> None:
    rng = np.random.default_rng(1)
    band = matches_of(rng, 50, 0.0)
    band.star[len(band.star) // 2] = 50
    with pytest.raises(IndexError):
        compiled.compare(uploaded(rng, 50), [band])


@built
def test_columns_of_unequal_length_are_refused() -> None:
    rng = np.random.default_rng(1)
    band = matches_of(rng, 50, 0.0)
    with pytest.raises(ValueError, match="APASS/V differ in length"):
        compiled.compare(uploaded(rng, 50), [replace(band, mag=band.mag[1:])])


@built
@pytest.mark.parametrize("stars", [1, 2, 3, 10, 501, 5000])
def test_residuals_are_weighed_alike(stars: int) -> None:
    rng = np.random.default_rng(stars)
    one = field(rng, stars, 0.2)
    verdict = np.where(rng.random(stars) < 0.1, Verdict.TARGET, Verdict.TOOK_PART)
    verdict[0] = Verdict.TOOK_PART
    told = one.difference + 25, one.variance, one.colour, Prior(), verdict
    band = flat_of(*told)
    (fit,) = fit_zeropoints([(band.band, band.prior)], None)
    fits = [fit, *(_some(fit, rng, share) for share in (0.9, 0.6, 0.2))]
    ours = compiled.evidence_in_common(fits, stars)
    twin = bands_in_common.evidence_in_common(fits, stars)
    assert ours.stars == twin.stars
    for (count, evidence), expected in zip(ours.each, twin.each, strict=True):
        assert count == expected[0]
        assert evidence == pytest.approx(expected[1], rel=1e-9, abs=1e-8)


def _some(fit: ZeroPoint, rng: np.random.Generator, share: float) -> ZeroPoint:
    """Return a fit of which only a share of the stars, and the first, are left."""
    kept = rng.random(len(fit.star)) < share
    kept[0] = True
    names = ("star", "residual", "variance", "colour", "verdict")
    left = replace(fit, **{name: getattr(fit, name)[kept] for name in names})
    return replace(left, stars_used=sum(left.used), stars_entered=sum(left.entered))


@built
@pytest.mark.parametrize("stars", [6, 50, 900])
def test_samples_are_taken_alike(stars: int) -> None:
    rng = np.random.default_rng(stars)
    own = uploaded(rng, stars)
    bands = [(matches_of(rng, stars, lacking), Prior(0.1, 0.2)) for lacking in (0, 0.4)]
    held = compiled.compare(own, [band for band, _ in bands])
    told = [(one, prior) for one, (_, prior) in zip(held, bands, strict=True)]
    ours, twin = (each(told, stars) for each in (compiled.samples_of, samples.Samples))
    assert np.array_equal(ours.smallest_variances(), twin.smallest_variances())
    some = np.flatnonzero(rng.random(stars) < 0.5)
    for name, expected in vars(twin.together(some)).items():
        assert np.array_equal(getattr(ours.together(some), name), expected), name
