"""The library that ``stack/compile.sh`` makes of the C beside this file."""

from ctypes import CDLL, Structure, c_double, c_int64
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.calibrator.domain.model import FloatArray, IndexArray
from services.calibrator.domain.rules import Rules, TallyRules

__all__ = ["LIBRARY", "contiguous", "structure_of", "whole_numbers"]

_FILE = Path(__file__).parent / "sums.so"

LIBRARY = CDLL(str(_FILE)) if _FILE.exists() else None
"""``None`` where it was not built; its functions let other threads run."""


def contiguous(values: FloatArray) -> FloatArray:
    """Return an array as C has it."""
    return np.ascontiguousarray(values, dtype=np.float64)


def whole_numbers(values: NDArray[Any]) -> IndexArray:
    """Return an array of whole numbers as C has it."""
    return np.ascontiguousarray(values, dtype=np.int64)


def structure_of(rules: Rules | TallyRules) -> Structure:
    """Return rules as C has them: their numbers, in their order."""
    kinds = {"_fields_": [(one.name, _kind(one.type)) for one in fields(rules)]}
    made: Structure = type("_Rules", (Structure,), kinds)(*astuple(rules))
    return made


def _kind(of: object) -> type[c_double | c_int64]:
    return c_int64 if of is int else c_double
