"""Stars that the file itself speaks against are left out where enough others remain."""

from dataclasses import replace

import numpy as np
import pytest

from services.calibrator.domain.model import BandChoice, Field, FitLimits, Verdict
from services.calibrator.domain.outcome import CalibrationImpossibleError
from services.calibrator.domain.solve import solve
from shared.kernel.quality import Quality
from tests.unit.calibrator.fields import ZERO_POINT, field

AUTO, LIMITS = BandChoice(), FitLimits()


def marked(
    mark: Quality, share: float = 0.6, stars: int = 100, *, target: bool = False
) -> Field:
    """Return a field with a share of marked stars, uploaded up to 1 mag too faint."""
    rng = np.random.default_rng(11)
    one = field(rng, stars)
    bad = np.zeros(stars, dtype=bool)
    bad[1 : 1 + round(share * stars)] = True
    mag = one.mag + np.where(bad, rng.uniform(0.3, 1.0, stars), 0.0)
    quality = np.where(bad, int(mark), 0)
    quality[0] = int(mark) if target else 0
    return replace(one, mag=mag, quality=quality)


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        (Quality.SATURATED, Verdict.FLAGGED),
        (Quality.CUT_OFF, Verdict.FLAGGED),
        (Quality.BAD_PIXELS | Quality.CROWDED, Verdict.FLAGGED),
        (Quality.EXTENDED, Verdict.EXTENDED),
        (Quality.CROWDED, Verdict.FLAGGED),
    ],
)
def test_marked_stars_take_no_part_even_where_they_are_most(
    mark: Quality, why: Verdict
) -> None:
    best = solve(marked(mark), AUTO, LIMITS).best
    assert best.zero_point == pytest.approx(ZERO_POINT, abs=5 * best.zero_point_err)
    assert (best.verdict == why).sum() == 60


def test_without_marks_the_same_stars_are_refused() -> None:
    one = marked(Quality.SATURATED)
    with pytest.raises(CalibrationImpossibleError, match="of 99 stars agree closely"):
        solve(replace(one, quality=None), AUTO, LIMITS)


def test_marks_are_passed_over_where_too_few_would_remain() -> None:
    one = field(np.random.default_rng(3), 12)
    all_extended = replace(one, quality=np.full(12, int(Quality.EXTENDED)))
    best = solve(all_extended, AUTO, LIMITS).best
    assert best.stars_used >= 10


def test_what_the_file_says_against_the_target_is_told() -> None:
    told = solve(marked(Quality.SATURATED, 0.1, target=True), AUTO, LIMITS).warnings
    assert "The file marks the target as saturated: look at the image." in told
