"""A target that a survey knows to move is looked for where it is on the night."""

import numpy as np
import pytest

from services.catalog.domain.movers import Moved, followed
from services.catalog.domain.stars import ReferenceStars

NIGHT = 2024.5
GAIA = 2016.0
YEARLY = 0.12
ARCSEC = 1 / 3600


def survey(east: float, north: float, *, moves: bool = True) -> ReferenceStars:
    """One star at 165, -15 in 2016 that moves [arcsec/yr], seen on the night."""
    motion = np.array([[east, north]]) * 1000 if moves else None
    place = np.array([165.0]), np.array([-15.0])
    return ReferenceStars(*place, {}, {}, motion).moved(NIGHT - GAIA)


def looked_for(stars: ReferenceStars, north: float) -> Moved | None:
    """Return where a target so far north [arcsec] of the star in 2016 is looked for."""
    place = 165.0, -15.0 + north * ARCSEC
    return followed(*place, NIGHT, {"GaiaDR3": stars}, {"GaiaDR3": GAIA})


@pytest.mark.parametrize(("north", "years"), [(-16 * YEARLY, 24.5), (0.0, 8.5)])
def test_a_target_of_2000_or_of_the_survey_s_epoch_is_followed(
    north: float, years: float
) -> None:
    moved = looked_for(survey(0.0, YEARLY), north)
    assert moved is not None
    assert moved.dec == pytest.approx(-15.0 + 8.5 * YEARLY * ARCSEC, abs=1e-8)
    assert moved.north == pytest.approx(years * YEARLY, abs=1e-3)
    assert moved.told() == (
        "GaiaDR3 has the target moving by 0.12 arcsec a year: it is looked for "
        f"{years * YEARLY:.1f} arcsec north of its position."
    )


def test_a_target_of_the_night_stays() -> None:
    assert looked_for(survey(0.0, YEARLY), 8.5 * YEARLY) is None


@pytest.mark.parametrize(
    "stars", [survey(0.0, 0.0), survey(0.0, 0.002), survey(0, 0, moves=False)]
)
def test_a_star_that_hardly_moves_is_not_followed(stars: ReferenceStars) -> None:
    assert looked_for(stars, 0.0) is None


def test_another_star_that_moves_is_not_the_target() -> None:
    assert looked_for(survey(0.3, 0.3), 5.0) is None
