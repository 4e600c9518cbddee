"""Columns of numbers, between the wire's bytes and numpy's arrays."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.contracts.values import Narrow

__all__ = ["listed", "narrowed", "pack", "pack_as_it_is", "unpack", "widened"]


def pack(numbers: ArrayLike) -> bytes:
    """Return a one-dimensional array as little-endian float64 bytes."""
    return np.asarray(numbers, dtype="<f8").tobytes()


def pack_as_it_is(numbers: NDArray[Any]) -> bytes:
    """Return an array for an event: float32 and flags as ``Narrow``, else float64."""
    if numbers.dtype in {np.dtype(np.float32), np.dtype(np.bool_)}:
        return Narrow(np.ascontiguousarray(numbers, dtype="<f4").data)
    return pack(numbers)


def unpack(column: bytes) -> NDArray[np.float64]:
    """Return a column's numbers as a read-only float64 array."""
    kind = "<f4" if isinstance(column, Narrow) else "<f8"
    return np.frombuffer(column, dtype=kind).astype(np.float64, copy=False)


def listed(column: bytes) -> list[float | None]:
    """Return a column's numbers as JSON has them: ``None`` for what is not known."""
    numbers = unpack(column)
    return [
        value if known else None
        for value, known in zip(numbers.tolist(), np.isfinite(numbers), strict=True)
    ]


def narrowed(column: bytes) -> bytes | None:
    """Return a column as float32, if that tells every number to the last bit."""
    if isinstance(column, Narrow):
        return column
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = np.frombuffer(column, dtype="<f8").astype("<f4")
    return narrow.tobytes() if narrow.astype("<f8").tobytes() == column else None


def widened(narrow: bytes | memoryview) -> bytes:
    """Return a column of float32 as one of float64.

    Raises
    ------
    ValueError
        They are no whole numbers of 4 bytes.
    """
    return np.frombuffer(narrow, dtype="<f4").astype("<f8").tobytes()
