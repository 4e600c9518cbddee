"""A run of the zero-point is found where there is one, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.calibrator.domain.model import BandChoice, Field, FitLimits, FloatArray
from services.calibrator.domain.outcome import Solution
from services.calibrator.domain.plane import offsets
from services.calibrator.domain.solve import solve
from tests.unit.calibrator.fields import ZERO_POINT, field

AUTO, LIMITS = BandChoice(), FitLimits()
BANDS = {"APASS/r": 0.02, "APASS/V": 0.12, "APASS/i": 0.3, "SDSS/u": 0.4}
HALF_FIELD = 0.1
"""Half the width of a simulated field [deg]."""


def image(stars: int = 150, seed: int = 7) -> tuple[Field, FloatArray, FloatArray]:
    """Return a flat field in four bands and how far its stars are from the target."""
    rng = np.random.default_rng(seed)
    one = field(rng, stars, noise=BANDS, target=False)
    one = replace(
        one,
        ra=np.append(one.ra, one.target_ra),
        dec=np.append(one.dec, one.target_dec),
        mag=np.append(one.mag, 15.0 - ZERO_POINT),
        mag_err=np.append(one.mag_err, 0.01),
    )
    return one, *offsets(one)


def uneven(one: Field, added: NDArray[np.floating]) -> Solution:
    """Return the solution of a field whose stars are uploaded fainter by so much."""
    mag = (one.mag + added).astype(np.float64)
    return solve(replace(one, mag=mag), AUTO, LIMITS)


def kinds(solution: Solution) -> list[str]:
    return [] if solution.run is None else [term.kind for term in solution.run.terms]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0, 6.28))
def test_a_strong_gradient_is_found_and_the_zero_point_is_the_one_at_the_target(
    seed: int, angle: float
) -> None:
    one = field(np.random.default_rng(seed), 200, wrong=0.05)
    east, north = offsets(one)
    slope = np.cos(angle), np.sin(angle)
    solution = uneven(one, -slope[0] * east - slope[1] * north)
    best = solution.best
    assert solution.run is not None
    assert solution.run.plane is not None
    found, error = solution.run.plane[:2], solution.run.plane[2:]
    assert np.abs(np.subtract(found, slope)).max() < 5 * max(error)
    assert best.zero_point == pytest.approx(ZERO_POINT, abs=5 * best.zero_point_err)


@pytest.mark.parametrize("fraction", [0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("size", [0.1, 0.15, 0.2, 0.3, 0.5, -0.1, -0.2, -0.5])
def test_a_step_at_an_edge_moves_neither_the_choice_nor_the_magnitude(
    fraction: float, size: float
) -> None:
    one, east, _ = image()
    solution = uneven(one, size * (east > np.quantile(east, 1 - fraction) + 1e-4))
    assert solution.best.matches.name == "APASS/r"
    assert solution.magnitude.value == pytest.approx(15.0, abs=0.02)
    assert kinds(solution) == ["step"]
    assert any("taken off as a step" in told for told in solution.warnings)


@pytest.mark.parametrize("size", [0.15, 0.2, -0.15, -0.2, 0.4])
@pytest.mark.parametrize("angle", [0.0, 0.5, 1.2])
def test_a_corner_at_any_angle_moves_nothing_either(size: float, angle: float) -> None:
    one, east, north = image()
    along = east * np.cos(angle) + north * np.sin(angle)
    across = north * np.cos(angle) - east * np.sin(angle)
    solution = uneven(one, size * ((along > 0.01) & (across > 0.02)))
    assert solution.best.matches.name == "APASS/r"
    assert solution.magnitude.value == pytest.approx(15.0, abs=0.02)


@pytest.mark.parametrize("size", [0.2, 0.4, -0.4])
def test_a_missing_flat_is_taken_off(size: float) -> None:
    one, east, north = image()
    solution = uneven(one, size * (east**2 + north**2) / (2 * HALF_FIELD**2))
    assert solution.magnitude.value == pytest.approx(15.0, abs=0.02)
    assert "vignetting" in kinds(solution)
    assert any("flat" in told for told in solution.warnings)


def test_a_target_at_the_edge_of_a_step_is_on_the_larger_side_and_unsure() -> None:
    one, east, north = image()
    solution = uneven(one, 0.3 * ((east > 0) & (north > 0)))
    assert solution.magnitude.value == pytest.approx(15.0, abs=0.02)
    assert solution.magnitude.total > 0.1
    assert any("lies at the edge of a step" in told for told in solution.warnings)


@pytest.mark.parametrize("spread", [1.0, 0.0])
def test_chips_have_zero_points_of_their_own_where_they_demand_it(
    spread: float,
) -> None:
    one, east, north = image()
    chip = (east > 0.02).astype(np.intp) + 2 * (north > 0.02)
    levels = spread * np.array([0.0, 0.25, -0.1, 0.12])
    for target_on in (0, 3):
        numbers = chip.copy()
        numbers[-1] = target_on
        moved = replace(one, chip=numbers)
        solution = uneven(moved, levels[numbers])
        assert solution.magnitude.value == pytest.approx(15.0, abs=0.02)
        assert kinds(solution) == (["chips"] if spread else [])


def test_a_forced_band_has_the_zero_point_of_the_automatic_one() -> None:
    one, east, _ = image()
    stepped = replace(one, mag=one.mag + 0.2 * (east > 0.02))
    free = solve(stepped, AUTO, LIMITS)
    forced = solve(stepped, BandChoice("APASS", "r"), LIMITS)
    assert forced.best.zero_point == free.best.zero_point
    assert forced.magnitude == free.magnitude


def test_an_even_image_shows_none() -> None:
    rng = np.random.default_rng(1)
    found = [solve(field(rng, 100, wrong=0.05), AUTO, LIMITS).run for _ in range(100)]
    assert sum(run is not None for run in found) <= 2


def test_a_few_stars_are_not_asked() -> None:
    one = field(np.random.default_rng(2), 18)
    east, _ = offsets(one)
    assert uneven(one, 2.0 * east).run is None
