"""The worked example of a network in docs/calibration.md."""

import numpy as np
import pytest

from services.calibrator.domain.network.frames import (
    MeasuredFrame,
    Setup,
    TargetLight,
)
from tests.unit.calibrator.network.networks import solved, with_colour

SURVEY, COLOUR = np.array([14.0, 14.5, 15.0]), np.array([-0.5, 0.0, 0.5])
ERRORS = np.full(3, 0.001)


def _frame(observer: int, mags: list[float], target: float) -> MeasuredFrame:
    return MeasuredFrame(
        name=f"of {observer}",
        setup=Setup(observer),
        mjd=60000.0,
        number=np.arange(3),
        ra=np.array([10.0, 10.1, 10.2]),
        dec=np.zeros(3),
        mag=np.array(mags),
        mag_err=ERRORS,
        reference=SURVEY,
        reference_err=ERRORS,
        colour=COLOUR,
        target=TargetLight(target, 0.001),
    )


def test_two_telescopes_have_a_target_of_another_colour_alike() -> None:
    network = solved(
        [_frame(1, [-8.0, -7.5, -7.0], -7.4), _frame(2, [-7.95, -7.5, -7.05], -7.3)]
    )
    assert network.zero_point == pytest.approx([22.0, 22.0], abs=0.002)
    assert network.found.term[1] - network.found.term[0] == pytest.approx(
        0.1, abs=0.005
    )
    light = with_colour(network, -1.0)
    assert light.mag == pytest.approx([14.6, 14.6], abs=0.02)
