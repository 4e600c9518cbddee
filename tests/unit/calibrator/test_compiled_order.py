"""What the order of values tells, compiled and by numpy."""

from ctypes import c_double, c_int64, c_void_p

import numpy as np
import pytest

from services.calibrator.domain.compiled.library import LIBRARY
from services.calibrator.domain.model import FloatArray
from services.calibrator.domain.robust import shorth
from shared.kernel.pointers import pointer
from tests.support.built import built

COUNTS = [1, 2, 3, 16, 17, 18, 33, 150, 1001, 5000]


def _values(kind: str, count: int) -> FloatArray:
    rng = np.random.default_rng(count)
    rows = {
        "any": rng.normal(size=count),
        "in order": np.arange(count),
        "backwards": -np.arange(count),
        "all alike": np.ones(count),
        "few values": rng.integers(0, 3, count),
        "one apart": np.append(np.zeros(count - 1), -1),
        "up and down": np.abs(np.arange(count) - count // 2),
    }
    return rows[kind].astype(np.float64)


KINDS = (
    *("any", "in order", "backwards", "all alike"),
    *("few values", "one apart", "up and down"),
)


def _asked(name: str, values: FloatArray) -> float:
    """Return what a compiled function says of values, which change places."""
    function = getattr(LIBRARY, name)
    function.restype, function.argtypes = c_double, (c_void_p, c_int64)
    told: float = function(pointer(values), len(values))
    return told


@built
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_median_is_numpys(kind: str, count: int) -> None:
    values = _values(kind, count)
    assert _asked("median", values.copy()) == np.median(values)


@built
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_shortest_half_is_found_among_values_in_order(
    kind: str, count: int
) -> None:
    values = _values(kind, count)
    ordered = values.copy()
    assert _asked("shorth", ordered) == shorth(values)
    assert np.array_equal(ordered, np.sort(values))
