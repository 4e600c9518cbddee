"""Images through all six processes."""

import pytest

from stack.visitor import Visitor
from tests.e2e.conftest import TARGET
from tests.support.images import frame

TWELVE = {
    "image_link", "mag", "mag_err", "ra", "dec", "zeropoint", "outlier_fraction",
    "scatter", "npoints", "followup_id", "filter", "survey",
}  # fmt: skip


async def test_an_image_gets_a_calibrated_magnitude(observer: Visitor) -> None:
    answer = await observer.send(TARGET, "frame.fits", frame(1))
    assert set(answer) >= TWELVE
    assert (answer["survey"], answer["filter"]) == ("APASS", "r")
    assert answer["mag"] == pytest.approx(15.0, abs=0.02)
    assert 0 < answer["mag_err"] < 0.02
