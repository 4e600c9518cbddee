"""Quick fits and shuffles, compiled and in numpy."""

import numpy as np
import pytest

from services.calibrator.domain import compiled, shuffles, tally
from services.calibrator.domain.tally import Told
from tests.support.built import built


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
