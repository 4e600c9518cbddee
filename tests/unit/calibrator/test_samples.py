"""Which stars a search for the run looks at."""

import numpy as np
import pytest

from services.calibrator.domain.samples import most_precise


@pytest.mark.parametrize("most", [1, 5, 40, 400])
@pytest.mark.parametrize("kinds", [1, 2, 20, 10_000])
def test_the_most_precise_stars_are_looked_at_of_equal_ones_the_first(
    most: int, kinds: int
) -> None:
    rng = np.random.default_rng(kinds)
    for stars in (0, 1, most, most + 1, 3 * most):
        variance = rng.integers(0, kinds, stars).astype(np.float64)
        variance[rng.random(stars) < 0.2] = np.inf
        order = np.argsort(variance, kind="stable")
        expected = np.sort(order[np.isfinite(variance[order])][:most])
        assert np.array_equal(most_precise(variance, most), expected)
