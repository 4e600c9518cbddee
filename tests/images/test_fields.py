"""The solver on hundreds of fields: how many it solves, and that none is wrong."""

import numpy as np
import pytest

from services.imager.domain.plate.solve import ANY_SCALE, solved
from services.imager.domain.plate.vote import Scales
from tests.support.plates import FIELDS, Field, field_of, other_sky

EACH = 42
"""Fields of each of twelve kinds: 504."""


def outcome(field: Field, scales: Scales) -> tuple[bool, bool]:
    """Tell whether a field is solved, and whether it is solved wrongly."""
    found = solved(field.image, field.chart, scales)
    if found is None:
        return False, False
    apart = abs(found.plate.pixel_of(0j) - field.target) * field.scale
    off = field.target - field.image.centre
    inside = max(abs(off.real), abs(off.imag)) < field.image.half
    worst = 3 if inside else 12  # beyond the edge the distortion is extrapolated
    return True, bool(apart > max(3 * found.rms, worst * field.scale))


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("width", "stars"), FIELDS)
def test_hinted_fields_are_solved_and_none_wrongly(width: float, stars: int) -> None:
    rng = np.random.default_rng(1)
    fields = [field_of(seed, width, stars) for seed in range(100, 100 + EACH)]
    told = [outcome(field, field.known_to(0.2, rng)) for field in fields]
    assert sum(good for good, _ in told) >= EACH - 1
    assert not any(wrong for _, wrong in told)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("width", "stars"), FIELDS[:10])
def test_fields_of_any_scale_are_solved_and_none_wrongly(
    width: float, stars: int
) -> None:
    told = [outcome(field_of(s, width, stars), ANY_SCALE) for s in range(10)]
    assert sum(good for good, _ in told) >= 9
    assert not any(wrong for _, wrong in told)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("width", [5, 10, 20, 40, 60])
def test_another_sky_is_never_accepted(width: float) -> None:
    rng = np.random.default_rng(2)
    for seed, stars in enumerate((8, 15, 30, 80, 200) * 8):
        field = field_of(seed, width, stars)
        chart = other_sky(seed, field, width)
        assert solved(field.image, chart, field.known_to(0.2, rng)) is None
