"""The compiled sums and their twins in numpy say the same."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from bench.simulated import field
from services.calibrator.domain import compiled, evidence, mixture, robust, tally
from services.calibrator.domain.model import Prior
from services.calibrator.domain.tally import Told

FOLDERS = [
    Path(compiled.__file__).parent,
    Path(compiled.__file__).parents[3] / "catalog" / "domain" / "compiled",
]
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


@built
@pytest.mark.parametrize("stars", [1, 2, 5, 12, 149, 150, 151, 1000, 4001])
@pytest.mark.parametrize("wrong", [0.0, 0.25, 0.6])
def test_stars_agree_alike(stars: int, wrong: float) -> None:
    rng = np.random.default_rng(stars)
    for prior in (Prior(), Prior(-0.1, 0.02)):
        one = field(rng, stars, wrong)
        told = one.difference + 25, one.variance, one.colour, prior
        ours, twin = compiled.agree(*told), mixture.agree(*told)
        for name in ("centre", "centre_err", "slope", "slope_err", "scatter"):
            assert getattr(ours, name) == pytest.approx(getattr(twin, name), abs=1e-9)
        assert ours.good == pytest.approx(twin.good, abs=1e-9)


@built
def test_stars_that_differ_by_nothing_agree_alike() -> None:
    told = np.full(500, 3.0), np.full(500, 1e-4), np.zeros(500), Prior()
    ours, twin = compiled.agree(*told), mixture.agree(*told)
    assert ours.centre == pytest.approx(twin.centre, abs=1e-12)
    assert ours.good == pytest.approx(twin.good, abs=1e-9)


@built
@pytest.mark.parametrize("stars", [1, 2, 3, 10, 501, 5000])
def test_residuals_are_weighed_alike(stars: int) -> None:
    rng = np.random.default_rng(stars)
    variance = rng.uniform(1e-4, 1e-2, stars)
    residual = rng.standard_t(3, stars) * 0.05
    colour = rng.normal(0, 0.5, stars)
    for each in (residual, np.zeros(stars), np.full(stars, 0.3)):
        assert compiled.intrinsic_scatter(each, variance) == pytest.approx(
            robust.intrinsic_scatter(each, variance), abs=1e-9
        )
        assert compiled.biweight_scale(each) == pytest.approx(
            robust.biweight_scale(each), rel=1e-9
        )
        assert compiled.log_evidence(each, variance, colour, 0.06) == pytest.approx(
            evidence.log_evidence(each, variance, colour, 0.06), rel=1e-9, abs=1e-8
        )


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
    assert compiled.glanced(told) == pytest.approx(tally.glanced(told), abs=1e-9)
