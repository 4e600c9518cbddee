"""Points that were measured where the target is not any more."""

import pytest

from services.gateway.pages.whereabouts import left_behind
from tests.support.builders import ALERT, recorded


def test_points_within_their_radius_stay_with_their_target() -> None:
    point = recorded()
    then = point.frame.target
    beside = then.dec + 0.9 * point.frame.match_radius / 3600
    now = ALERT.model_copy(update={"ra": then.ra, "dec": beside})
    assert left_behind(now, [point]) == ([], 0.0)


def test_points_beyond_it_are_told_with_how_far() -> None:
    point = recorded()
    then = point.frame.target
    here = ALERT.model_copy(update={"ra": then.ra, "dec": then.dec - 105 / 3600})
    behind, far = left_behind(here, [point, point])
    assert behind == [point, point]
    assert far == pytest.approx(105.0)
