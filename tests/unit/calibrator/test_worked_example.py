"""The worked example of docs/calibration.md."""

import numpy as np
import pytest

from services.calibrator.domain.model import (
    BandChoice,
    BandMatches,
    Field,
    FitLimits,
)
from services.calibrator.domain.solve import solve


def test_the_worked_example_of_the_documents() -> None:
    mag = np.array([-8.0, -7.5, -7.0, -6.5, -6.0, -7.25])
    reference = np.array([14.01, 14.49, 15.00, 15.51, 15.99])
    field = Field(
        ra=10.0 + np.arange(6) / 100,
        dec=np.full(6, 20.0),
        mag=mag,
        mag_err=np.full(6, 0.02),
        target_ra=10.05,
        target_dec=20.0,
        radius=2.0,
        bands=[
            BandMatches(
                survey="APASS",
                band="V",
                system="Vega",
                star=np.arange(5),
                mag=reference,
                mag_err=np.full(5, 0.03),
            )
        ],
    )
    solution = solve(field, BandChoice(), FitLimits())
    assert solution.best.zero_point == pytest.approx(22.00)
    assert solution.magnitude.value == pytest.approx(14.75)
