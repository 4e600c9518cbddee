import numpy as np

from services.catalog.domain.bright import bright_stars
from services.catalog.domain.matching import Pairs
from services.catalog.domain.stars import ReferenceStars


def stars(*mags: float) -> ReferenceStars:
    count = len(mags)
    mag = np.array(mags)
    return ReferenceStars(
        np.arange(count) / 100, np.zeros(count), {"V": mag}, {"V": np.zeros(count)}
    )


def pairs(uploaded: list[int], reference: list[int]) -> Pairs:
    return Pairs(
        np.array(uploaded, dtype=np.intp),
        np.array(reference, dtype=np.intp),
        np.zeros(len(uploaded), dtype=bool),
        0.0,
        0.0,
    )


MAG = np.array([5.0, 3.0, 4.0, 1.0, 2.0])


def test_the_brightest_known_stars_carry_what_each_survey_says() -> None:
    found = {"A": pairs([0, 1, 2], [2, 0, 1]), "B": pairs([1, 4], [1, 0])}
    reference = {"A": stars(13.0, 14.0, 15.0), "B": stars(22.0, 23.0)}
    chosen, bands = bright_stars(MAG, found, reference, 3)
    assert chosen.tolist() == [4, 1, 2]  # star 3 is in no survey
    np.testing.assert_array_equal(bands["A", "V"], [np.nan, 13.0, 14.0])
    np.testing.assert_array_equal(bands["B", "V"], [22.0, 23.0, np.nan])
