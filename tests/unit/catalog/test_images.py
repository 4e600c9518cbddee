"""Which stars an image of a target may show."""

import numpy as np

from services.catalog.domain.cone import Cone
from services.catalog.domain.sky import Sky
from services.catalog.domain.stars import ReferenceStars
from services.catalog.domain.survey import Survey
from services.catalog.handlers.images import on_image_submitted
from shared.columns import unpack
from shared.contracts.catalog import PlaceCharted
from shared.contracts.gateway import ImageSubmitted
from tests.support.builders import HINTS, TARGET, frame

EVENT = ImageSubmitted(
    frame=frame(), blob="ab" * 32, file_name="a.fits", hints=HINTS, notes=("a word",)
)
VARIABLES = Survey("VSX", lists_variables=True)


def stars(count: int, reach: float) -> ReferenceStars:
    rng = np.random.default_rng(count)
    return ReferenceStars(
        TARGET.ra + rng.uniform(-reach, reach, count),
        TARGET.dec + rng.uniform(-reach, reach, count),
        {"r": rng.uniform(10, 18, count)},
        {"r": np.full(count, 0.02)},
    )


async def charted(sky: Sky) -> PlaceCharted:
    asked: list[Cone] = []

    def around(cone: Cone, epoch: float, *, fetch: bool = True) -> Sky:
        asked.append(cone)
        assert 2016 < epoch < 2017
        return sky

    (said,) = await on_image_submitted(EVENT, around=around, surveys={"VSX": VARIABLES})
    assert asked == [Cone(TARGET.ra, TARGET.dec, HINTS.radius)]
    assert isinstance(said, PlaceCharted)
    return said


async def test_the_survey_with_most_stars_near_is_told_brightest_first() -> None:
    sky = Sky(
        {"APASS": stars(50, 0.1), "FAR": stars(900, 5.0), "VSX": stars(800, 0.1)},
        ("GAIA",),
    )
    said = await charted(sky)
    mag = unpack(said.star_mag)
    assert (said.survey, said.lacking) == ("APASS", ("GAIA",))
    assert len(mag) == 50
    assert (np.diff(mag) >= 0).all()
    assert (said.blob, said.hints, said.notes) == (EVENT.blob, HINTS, ("a word",))
    assert (said.target.ra, said.target.dec) == (TARGET.ra, TARGET.dec)


async def test_of_very_many_stars_the_brightest_are_told() -> None:
    said = await charted(Sky({"GAIA": stars(9000, 0.1)}))
    assert len(unpack(said.star_ra)) == 4000


async def test_where_no_survey_has_stars_that_is_told() -> None:
    said = await charted(Sky({"VSX": stars(30, 0.1)}, ("GAIA", "PS1")))
    assert (said.survey, said.star_ra) == ("", b"")
    assert said.lacking == ("GAIA", "PS1")
