"""Tests of compiled sums beside their twins in numpy."""

import pytest

from services.calibrator.domain import compiled

__all__ = ["built"]

built = pytest.mark.skipif(
    not compiled.IS_BUILT, reason="no C compiler was here: numpy is its own twin"
)
