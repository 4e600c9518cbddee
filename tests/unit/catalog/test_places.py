"""What catalog says of the places of targets."""

import numpy as np

from services.catalog.domain.cone import Cone
from services.catalog.domain.pace import Pace
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from services.catalog.handlers.places import on_alert_created
from shared.contracts.alerts import AlertCreated
from shared.contracts.catalog import PlaceSurveyed, SurveyCount
from tests.support.builders import ALERT


class Asked:
    """Two surveys, one of which is away."""

    def __init__(self) -> None:
        self.fetched: list[bool] = []

    def __call__(self, cone: Cone, epoch: float, *, fetch: bool = True) -> Sky:
        assert cone == Cone(ALERT.ra, ALERT.dec, 0.25)
        self.fetched.append(fetch)
        assert 2025 < epoch < 2100
        stars = {
            name: ReferenceStars(np.zeros(n), np.zeros(n), {}, {})
            for name, n in (("A", 3), ("B", 7))
        }
        return Sky(stars, ("C",))


async def test_a_new_target_s_place_is_surveyed_but_not_thousands_at_once() -> None:
    asked, looks, fetches = Asked(), Pace(3), Pace(2)
    said = [
        await on_alert_created(
            AlertCreated(alert=ALERT),
            around=asked,
            radius=0.25,
            looks=looks,
            fetches=fetches,
        )
        for _ in range(4)
    ]
    surveyed = PlaceSurveyed(
        alert_id=ALERT.id,
        radius=0.25,
        surveys=(SurveyCount(survey="B", stars=7), SurveyCount(survey="A", stars=3)),
        lacking=("C",),
    )
    assert said == [[surveyed], [surveyed], [surveyed], []]
    assert asked.fetched == [True, True, False]


def test_a_pace_allows_again_after_an_hour() -> None:
    now = [0.0]
    pace = Pace(2, lambda: now[0])
    assert [pace.allows() for _ in range(3)] == [True, True, False]
    now[0] = 3601.0
    assert [pace.allows() for _ in range(3)] == [True, True, False]
