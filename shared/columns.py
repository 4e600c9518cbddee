"""Columns of numbers, between the wire's bytes and numpy's arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["pack", "unpack"]


def pack(numbers: ArrayLike) -> bytes:
    """Return a one-dimensional array as little-endian float64 bytes."""
    return np.asarray(numbers, dtype="<f8").tobytes()


def unpack(column: bytes) -> NDArray[np.float64]:
    """Return a column's numbers as a read-only float64 array."""
    return np.frombuffer(column, dtype="<f8").astype(np.float64, copy=False)
