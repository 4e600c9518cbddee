"""Every survey and band at a glance."""

import pytest

from services.gateway.domain.multiples import Fitted, multiples
from services.gateway.domain.startable import StarRow

ROWS = [
    StarRow(
        1.0, 2.0, -8.0 + n / 10, 0.01, n, (14.0 + n / 10, 15.0 + n / 10 + n % 2, None)
    )
    for n in range(10)
]
BANDS = ["APASS/r", "APASS/V", "2MASS/J"]


def test_the_best_is_first_and_bands_that_were_not_fitted_are_rough() -> None:
    best = Fitted("APASS/r", 22.0, 0.01, 10)
    drawn = multiples([best], ROWS, BANDS)
    assert [one.fit.name for one in drawn] == ["APASS/r", "APASS/V"]
    rough = drawn[1].fit
    assert rough.rough
    assert rough.zero_point == pytest.approx(23.5)
    assert rough.scatter == pytest.approx(0.7413)


def test_every_star_and_the_line_are_drawn() -> None:
    (one, _) = multiples([Fitted("APASS/r", 22.0, 0.01, 10)], ROWS, BANDS)
    assert len(one.chart.marks) == 10
    (rule,) = one.chart.rules
    assert rule.look == "fit"


def test_a_band_without_stars_is_not_drawn() -> None:
    bare = [StarRow(1.0, 2.0, -8.0, 0.01, None, (None,))]
    assert multiples([], bare, ["2MASS/J"]) == []
    assert multiples([Fitted("Gaia/G", 22.0, 0.1, 9)], bare, ["2MASS/J"]) == []
