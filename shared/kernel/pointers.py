"""Where arrays are in memory, for compiled functions."""

from ctypes import addressof, c_char
from typing import Any

from numpy.typing import NDArray

__all__ = ["pointer"]


def pointer(values: NDArray[Any]) -> int:
    """Return where an array's numbers are, which lie one behind the other."""
    if values.size and values.flags.writeable:  # three times as quick
        return addressof(c_char.from_buffer(values.data))
    return values.ctypes.data
