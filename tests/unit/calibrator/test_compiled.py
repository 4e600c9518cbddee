"""The compiled sums and their twins in numpy say the same."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.simulated import field
from services.calibrator.domain import common as bands_in_common
from services.calibrator.domain import compared, compiled, samples, shuffles, tally
from services.calibrator.domain import fitted as fits
from services.calibrator.domain.compared import Stars
from services.calibrator.domain.fitted import Fitted
from services.calibrator.domain.model import (
    BandChoice,
    BandMatches,
    FitLimits,
    Prior,
    Verdict,
)
from services.calibrator.domain.outcome import ZeroPoint
from services.calibrator.domain.solve import solve
from services.calibrator.domain.tally import Told
from services.calibrator.domain.zeropoint import fit_zeropoints
from tests.support.bands import flat_of
from tests.unit.calibrator.fields import field as simple_field

FOLDERS = sorted(Path(compiled.__file__).parents[3].glob("*/domain/compiled"))
built = pytest.mark.skipif(
    not compiled.IS_BUILT, reason="no C compiler was here: numpy is its own twin"
)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_it_compiles_without_a_warning(tmp_path: Path) -> None:
    for folder in FOLDERS:
        copy = shutil.copytree(folder, tmp_path / folder.parts[-3])
        script = Path(__file__).parents[3] / "stack" / "compile.sh"
        strict = {"CFLAGS": "-Werror -Wshadow", "PATH": "/usr/bin:/bin"}
        subprocess.run([script, copy], check=True, env=strict)  # noqa: S603 - our own
        assert (copy / "sums.so").exists()


WITHOUT = """
from pathlib import Path
Path.exists = lambda self: False  # nothing was built
import numpy as np
from services.calibrator.domain import compiled
from services.calibrator.domain.model import BandChoice, FitLimits
from services.calibrator.domain.solve import solve
from services.catalog.domain.compiled import IS_BUILT
from tests.unit.calibrator.fields import field
assert not (compiled.IS_BUILT or IS_BUILT)
print(solve(field(np.random.default_rng(1), 60), BandChoice(), FitLimits()).magnitude)
"""


@built
def test_numpy_does_it_all_where_nothing_was_built() -> None:
    root = Path(__file__).parents[3]
    told = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", WITHOUT], check=True, cwd=root, capture_output=True
    ).stdout.decode()
    one = simple_field(np.random.default_rng(1), 60)
    ours = solve(one, BandChoice(), FitLimits()).magnitude
    plain = re.search(r"value=(?:np\.float64\()?([-\d.]+)", told)
    assert plain is not None
    assert float(plain[1]) == pytest.approx(ours.value, abs=1e-9)


def assert_alike(ours: Fitted, twin: Fitted) -> None:
    for name in ("centre", "centre_err", "slope", "slope_err", "scatter", "good"):
        assert getattr(ours.found, name) == pytest.approx(
            getattr(twin.found, name), abs=1e-9
        ), name
    for name in ("scatter", "intrinsic_scatter", "colour_spread", "residual"):
        assert getattr(ours, name) == pytest.approx(getattr(twin, name), abs=1e-9), name
    np.testing.assert_array_equal(ours.verdict, twin.verdict)


@built
@pytest.mark.parametrize("stars", [1, 2, 5, 12, 149, 150, 151, 1000, 4001])
@pytest.mark.parametrize("wrong", [0.0, 0.25, 0.6])
def test_bands_are_fitted_alike(stars: int, wrong: float) -> None:
    rng = np.random.default_rng(stars)
    for prior in (Prior(), Prior(-0.1, 0.02)):
        one = field(rng, stars, wrong)
        verdict = np.where(rng.random(stars) < 0.2, Verdict.BLENDED, Verdict.TOOK_PART)
        verdict[0] = Verdict.TOOK_PART
        told = one.difference + 25, one.variance, one.colour, prior, verdict
        band = flat_of(*told)
        assert_alike(compiled.fitted([band])[0], fits.fitted([band])[0])


@built
def test_bands_of_one_image_are_fitted_as_each_alone() -> None:
    """Many pairs are fitted in two threads: who takes a band changes nothing."""
    rng = np.random.default_rng(8)
    sizes = (3000, 5, 2500, 4000, 1, 3500, 800)
    fields = [field(rng, stars, 0.2) for stars in sizes]
    bands = [
        flat_of(one.difference, one.variance, one.colour, Prior()) for one in fields
    ]
    alone = [compiled.fitted([band])[0] for band in bands]
    for ours, single in zip(compiled.fitted(bands), alone, strict=True):
        assert ours.found.centre == single.found.centre
        assert ours.scatter == single.scatter
        np.testing.assert_array_equal(ours.residual, single.residual)
        np.testing.assert_array_equal(ours.found.good, single.found.good)
        np.testing.assert_array_equal(ours.verdict, single.verdict)


@built
def test_stars_that_differ_by_nothing_are_fitted_alike() -> None:
    band = flat_of(np.full(500, 3.0), np.full(500, 1e-4), np.zeros(500), Prior())
    assert_alike(compiled.fitted([band])[0], fits.fitted([band])[0])


def test_one_star_that_takes_part_has_no_scatter() -> None:
    verdict = np.array([Verdict.TARGET, Verdict.TOOK_PART])
    told = np.array([0.0, 1.0]), np.full(2, 1e-4), np.zeros(2), Prior(), verdict
    for fit in (compiled.fitted, fits.fitted):
        found = fit([flat_of(*told)])[0]
        assert found.residual[1] == pytest.approx(0, abs=1e-9)
        assert found.scatter == pytest.approx(0, abs=1e-9)


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


def bands(stars: int, count: int, seed: int) -> Told:
    rng = np.random.default_rng(seed)
    shape = count, stars
    return Told(
        difference=25 + rng.normal(0, 0.1, shape) + (rng.random(shape) < 0.1) * 2,
        variance=rng.uniform(1e-4, 1e-2, shape),
        colour=rng.normal(0, 0.4, shape),
        known=rng.random(shape) < 0.8,
        usual=rng.normal(0, 0.05, count),
        steepest=np.full(count, 0.1),
    )


@built
@pytest.mark.parametrize("stars", [20, 121, 400])
@pytest.mark.parametrize("columns", [0, 1, 3])
@pytest.mark.parametrize("is_common", [True, False])
def test_bands_are_tallied_alike(stars: int, columns: int, is_common: bool) -> None:  # noqa: FBT001 - a parameter of the test
    told = bands(stars, 5, stars + columns)
    rng = np.random.default_rng(1)
    shapes = rng.normal(0, 1, (5, columns, stars)).round(1)
    if is_common:
        shapes = np.broadcast_to(shapes[0], shapes.shape)
    ours, twin = compiled.tallied(told, shapes), tally.tallied(told, shapes)
    for name, expected in vars(twin).items():
        assert getattr(ours, name) == pytest.approx(expected, abs=1e-6), name
    for one, other in zip(compiled.glanced(told), tally.glanced(told), strict=True):
        assert one == pytest.approx(other, abs=1e-9)


@built
@pytest.mark.parametrize("stars", [1, 2, 5, 40, 199, 200])
@pytest.mark.parametrize("scatter", [0.0, 0.05, 2.0])
def test_shuffles_are_counted_alike(stars: int, scatter: float) -> None:
    rng = np.random.default_rng(stars)
    mag = rng.normal(15, 1, stars).round(1)
    reference = mag + 20 + scatter * rng.normal(0, 1, stars)
    order = np.arange(stars, dtype=np.uint8)
    orders = rng.permuted(np.tile(order, (200, 1)), axis=1)
    orders[0] = order
    told = mag, reference, orders
    assert compiled.as_good(*told) == shuffles.as_good(*told)


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


SAME = [
    (np.full(40, 15.3), np.linspace(35, 36, 40), 199),
    (
        np.array([15.1, *[15.0] * 8]),
        np.array([35.11, 35.02, 35.02, 35.01, 34.99, 34.98, 35.01, 34.99, 35.02]),
        None,
    ),
]


@built
@pytest.mark.parametrize(("mag", "reference", "expected"), SAME)
def test_stars_of_equal_magnitudes_change_places_for_nothing(
    mag: np.ndarray, reference: np.ndarray, expected: int | None
) -> None:
    order = np.arange(len(mag), dtype=np.uint8)
    shuffled = np.random.default_rng(0).permuted(np.tile(order, (199, 1)), axis=1)
    told = mag, reference, np.vstack([order, shuffled])
    ours, twin = compiled.as_good(*told), shuffles.as_good(*told)
    assert ours == twin
    assert expected in {None, ours}
