"""The compiled fits and their twins in numpy say the same; numpy alone will do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.simulated import field
from services.calibrator.domain import compiled
from services.calibrator.domain import fitted as fits
from services.calibrator.domain.fitted import Fitted
from services.calibrator.domain.model import (
    BandChoice,
    FitLimits,
    Prior,
    Verdict,
)
from services.calibrator.domain.solve import solve
from tests.support.bands import flat_of
from tests.support.built import built
from tests.unit.calibrator.fields import field as simple_field

FOLDERS = sorted(Path(compiled.__file__).parents[3].glob("*/domain/compiled"))


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
