"""Columns of numbers, between the wire's bytes and numpy's arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["listed", "pack", "unpack"]


def pack(numbers: ArrayLike) -> bytes:
    """Return a one-dimensional array as little-endian float64 bytes."""
    return np.asarray(numbers, dtype="<f8").tobytes()


def unpack(column: bytes) -> NDArray[np.float64]:
    """Return a column's numbers as a read-only float64 array."""
    return np.frombuffer(column, dtype="<f8").astype(np.float64, copy=False)


def listed(column: bytes) -> list[float | None]:
    """Return a column's numbers as JSON has them: ``None`` for what is not known."""
    numbers = unpack(column)
    return [
        value if known else None
        for value, known in zip(numbers.tolist(), np.isfinite(numbers), strict=True)
    ]
