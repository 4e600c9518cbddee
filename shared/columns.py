"""Columns of numbers, between the wire's bytes and numpy's arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Narrow", "listed", "narrowed", "pack", "unpack", "widened"]

_SINGLE = (np.dtype(np.float32), np.dtype(np.bool_))


class Narrow(bytes):
    """A column on its way out, of numbers that float32 tells to the last bit."""

    __slots__ = ()


def pack(numbers: ArrayLike) -> bytes:
    """Return a one-dimensional array as little-endian bytes: float64, or ``Narrow``."""
    column = np.asarray(numbers)
    if column.dtype in _SINGLE:
        return Narrow(column.astype("<f4").tobytes())
    return column.astype("<f8", copy=False).tobytes()


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


def widened(narrow: bytes) -> bytes:
    """Return a column of float32 as one of float64.

    Raises
    ------
    ValueError
        They are no whole numbers of 4 bytes.
    """
    return np.frombuffer(narrow, dtype="<f4").astype("<f8").tobytes()
